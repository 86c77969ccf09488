import { createNanoEvents } from 'nanoevents';

export default {
  name: 'nanoevents',
  keys: 'string',
  isolates: false,
  failures: 'thrown at the publisher',
  report: 'none',
  verbs: { emit: 'no' },
  bundle: { entry: 'nanoevents', imports: 'createNanoEvents' },
  types: (count) =>
    `import { createNanoEvents } from 'nanoevents';\ntype Events = { ${Array.from({ length: count }, (_, index) => `Event${index}: (event: Event${index}) => void;`).join(' ')} };\n` +
    `const emitter = createNanoEvents<Events>();\n` +
    Array.from({ length: count }, (_, index) => `emitter.on('Event${index}', (event) => void event.n${index});\n`).join(
      '',
    ),
  create() {
    const emitter = createNanoEvents();
    return {
      keyOf: ({ name }) => name,
      subscribe: (name, handler) => emitter.on(name, handler),
      unsubscribe: (off) => off(),
      emit: (name, event) => emitter.emit(name, event),
    };
  },
};
