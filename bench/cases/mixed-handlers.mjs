import { OrderPlaced } from '../harness/events.mjs';
import { asyncHandlers, syncHandlers } from '../harness/handlers.mjs';
import { timed } from '../harness/timed.mjs';

export default [
  timed({
    id: 'i',
    title: '5 sync and 5 async handlers, awaited',
    floor: 'Promise.allSettled(map)',
    takes: ({ waiting }) => waiting === 'yes',
    subscriptions: () => [...syncHandlers(5), ...asyncHandlers(5)].map((handler) => [OrderPlaced, handler]),
    calls: 10,
    step(stage) {
      const key = stage.keyOf(OrderPlaced);
      const event = new OrderPlaced();
      return () => stage.publish(key, event);
    },
  }),
];
