import { EventBus } from '../build/esm/index.js';

const entry = new URL('../build/esm/index.js', import.meta.url).pathname;

export default {
  name: 'class-events',
  keys: 'class and base classes',
  isolates: true,
  failures: 'every one reported',
  report: 'each delivery',
  verbs: { emit: 'no', publish: 'dropped', 'publish, awaited': 'yes' },
  bundle: { entry, imports: '*', dependencies: ['reflect-metadata'] },
  routes: 'base classes',
  offers: ['filter', 'priority', 'timeout', 'observer'],
  types: (count) =>
    `import { EventBus } from '${entry}';\nconst bus = new EventBus();\n` +
    Array.from(
      { length: count },
      (_, index) => `bus.subscribe(Event${index}, (event) => void event.n${index});\n`,
    ).join(''),
  create() {
    const bus = new EventBus({ onError() {} });
    const publish = (_, event) => bus.publish(event);
    return {
      keyOf: (eventClass) => eventClass,
      subscribe: (eventClass, handler, options) => bus.subscribe(eventClass, handler, options),
      unsubscribe: (subscription) => subscription.unsubscribe(),
      observe: (onReport) => bus.observe({ onReport }),
      emit: (_, event) => bus.emit(event),
      publish,
      'publish, awaited': publish,
    };
  },
};
