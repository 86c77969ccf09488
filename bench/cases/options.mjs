import { OrderPlaced } from '../harness/events.mjs';
import { syncHandlers } from '../harness/handlers.mjs';
import { timed } from '../harness/timed.mjs';

const optionCase = (id, what, title, options) =>
  timed({
    id: `l-${id}`,
    title: `10 sync handlers, ${title}`,
    takes: ({ contender }) => contender.offers?.includes(what),
    subscriptions: () => syncHandlers(10).map((handler, index) => [OrderPlaced, handler, options?.(index)]),
    calls: 10,
    step(stage) {
      if (what === 'observer') stage.observe?.(() => {});
      const key = stage.keyOf(OrderPlaced);
      const event = new OrderPlaced();
      return () => stage.publish(key, event);
    },
  });

export default [
  optionCase('observer', 'observer', 'an observer that looks at every report'),
  optionCase('filter', 'filter', 'each with a filter that lets the event pass', () => ({
    filter: ({ amount }) => amount > 0,
  })),
  optionCase('priority', 'priority', 'each with a priority', (index) => ({ priority: index % 3 })),
  optionCase('timeout', 'timeout', 'each with a timeout', () => ({ timeout: 60_000 })),
];
