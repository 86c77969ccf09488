import { EventEmitter } from 'eventemitter3';

export default {
  name: 'eventemitter3',
  keys: 'string',
  isolates: false,
  failures: 'thrown at the publisher',
  report: 'none',
  verbs: { emit: 'no' },
  bundle: { entry: 'eventemitter3', imports: 'EventEmitter' },
  types: (count) =>
    `import { EventEmitter } from 'eventemitter3';\ntype Events = { ${Array.from({ length: count }, (_, index) => `Event${index}: [Event${index}];`).join(' ')} };\n` +
    `const emitter = new EventEmitter<Events>();\n` +
    Array.from({ length: count }, (_, index) => `emitter.on('Event${index}', (event) => void event.n${index});\n`).join(
      '',
    ),
  create() {
    const emitter = new EventEmitter();
    return {
      keyOf: ({ name }) => name,
      subscribe: (name, handler) => emitter.on(name, handler),
      unsubscribe: (_, name, handler) => emitter.off(name, handler),
      emit: (name, event) => emitter.emit(name, event),
    };
  },
};
