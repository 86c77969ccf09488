import EventEmitter2 from 'eventemitter2';

export default {
  name: 'eventemitter2',
  keys: 'string',
  isolates: false,
  failures: 'thrown at the publisher',
  report: 'none',
  verbs: { emit: 'no', emitAsync: 'yes' },
  bundle: { entry: 'eventemitter2', imports: 'default' },
  create() {
    const emitter = new EventEmitter2({ maxListeners: 0 });
    return {
      keyOf: ({ name }) => name,
      subscribe: (name, handler) => emitter.on(name, handler),
      unsubscribe: (_, name, handler) => emitter.off(name, handler),
      emit: (name, event) => emitter.emit(name, event),
      emitAsync: (name, event) => emitter.emitAsync(name, event),
    };
  },
};
