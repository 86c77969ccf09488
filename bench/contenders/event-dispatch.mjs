import eventDispatch from 'event-dispatch';

export default {
  name: 'event-dispatch',
  keys: 'string',
  isolates: false,
  failures: 'thrown at the publisher',
  report: 'none',
  verbs: { dispatch: 'no' },
  bundle: { entry: 'event-dispatch', imports: 'default' },
  create() {
    const dispatcher = new eventDispatch.EventDispatcher();
    return {
      keyOf: ({ name }) => name,
      subscribe: (name, handler) => dispatcher.on(name, handler),
      unsubscribe: (_, name, handler) => dispatcher.remove(handler),
      dispatch: (name, event) => dispatcher.dispatch(name, event),
    };
  },
};
