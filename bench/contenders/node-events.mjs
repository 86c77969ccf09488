import { EventEmitter } from 'node:events';

export default {
  name: 'node:events',
  keys: 'string',
  isolates: false,
  failures: 'thrown at the publisher',
  report: 'none',
  verbs: { emit: 'no' },
  types: (count) =>
    `import { EventEmitter } from 'node:events';\ntype Events = { ${Array.from({ length: count }, (_, index) => `Event${index}: [Event${index}];`).join(' ')} };\n` +
    `const emitter = new EventEmitter<Events>();\n` +
    Array.from({ length: count }, (_, index) => `emitter.on('Event${index}', (event) => void event.n${index});\n`).join(
      '',
    ),
  create() {
    const emitter = new EventEmitter();
    emitter.setMaxListeners(0);
    return {
      keyOf: ({ name }) => name,
      subscribe: (name, handler) => emitter.on(name, handler),
      unsubscribe: (_, name, handler) => emitter.off(name, handler),
      emit: (name, event) => emitter.emit(name, event),
    };
  },
};
