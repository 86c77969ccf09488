import { EventEmitter } from 'tseep';

export default {
  name: 'tseep',
  keys: 'string',
  isolates: false,
  failures: 'thrown at the publisher',
  report: 'none',
  // It makes functions from text, which a Content-Security-Policy forbids. Its other build, which does not, is slower.
  verbs: { emit: 'no' },
  bundle: { entry: 'tseep', imports: 'EventEmitter' },
  types: (count) =>
    `import { EventEmitter } from 'tseep';\ntype Events = { ${Array.from({ length: count }, (_, index) => `Event${index}: (event: Event${index}) => void;`).join(' ')} };\n` +
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
