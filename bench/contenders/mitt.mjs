import mitt from 'mitt';

export default {
  name: 'mitt',
  keys: 'string',
  isolates: false,
  failures: 'thrown at the publisher',
  report: 'none',
  verbs: { emit: 'no' },
  bundle: { entry: 'mitt', imports: 'default' },
  types: (count) =>
    `import mitt from 'mitt';\ntype Events = { ${Array.from({ length: count }, (_, index) => `Event${index}: Event${index};`).join(' ')} };\n` +
    `const emitter = mitt<Events>();\n` +
    Array.from({ length: count }, (_, index) => `emitter.on('Event${index}', (event) => void event.n${index});\n`).join(
      '',
    ),
  create() {
    const emitter = mitt();
    return {
      keyOf: ({ name }) => name,
      subscribe: (name, handler) => emitter.on(name, handler),
      unsubscribe: (_, name, handler) => emitter.off(name, handler),
      emit: (name, event) => emitter.emit(name, event),
    };
  },
};
