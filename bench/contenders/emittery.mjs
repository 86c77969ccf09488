import Emittery from 'emittery';

export default {
  name: 'emittery',
  keys: 'string',
  isolates: true,
  failures: 'the first one, without waiting for the rest',
  report: 'none',
  // It calls no handler before the next microtask, so it can only be awaited.
  verbs: { emit: 'yes' },
  bundle: { entry: 'emittery', imports: 'default' },
  types: (count) =>
    `import Emittery from 'emittery';\ntype Events = { ${Array.from({ length: count }, (_, index) => `Event${index}: Event${index};`).join(' ')} };\n` +
    `const emitter = new Emittery<Events>();\n` +
    Array.from({ length: count }, (_, index) => `emitter.on('Event${index}', (event) => void event.n${index});\n`).join(
      '',
    ),
  create() {
    const emitter = new Emittery();
    return {
      keyOf: ({ name }) => name,
      subscribe: (name, handler) => emitter.on(name, handler),
      unsubscribe: (off) => off(),
      emit: (name, event) => emitter.emit(name, event),
    };
  },
};
