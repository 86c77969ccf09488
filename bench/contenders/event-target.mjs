import { setMaxListeners } from 'node:events';

export default {
  name: 'EventTarget',
  keys: 'string',
  isolates: true,
  failures: 'end the process',
  report: 'none',
  verbs: { dispatchEvent: 'no' },
  create() {
    const target = new EventTarget();
    setMaxListeners(0, target);
    return {
      keyOf: ({ name }) => name,
      subscribe(name, handler) {
        const listener = ({ detail }) => handler(detail);
        target.addEventListener(name, listener);
        return listener;
      },
      unsubscribe: (listener, name) => target.removeEventListener(name, listener),
      // A CustomEvent for each publish is what its API asks for.
      dispatchEvent: (name, event) => target.dispatchEvent(new CustomEvent(name, { detail: event })),
    };
  },
};
