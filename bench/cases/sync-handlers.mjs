import { OrderPlaced } from '../harness/events.mjs';
import { syncHandlers } from '../harness/handlers.mjs';
import { timed } from '../harness/timed.mjs';

const syncCase = (id, count) =>
  timed({
    id,
    title: count === 1 ? '1 sync handler' : `${count} sync handlers`,
    takes: () => true,
    subscriptions: () => syncHandlers(count).map((handler) => [OrderPlaced, handler]),
    calls: count,
    step(stage) {
      const key = stage.keyOf(OrderPlaced);
      const event = new OrderPlaced();
      return () => stage.publish(key, event);
    },
  });

export default [syncCase('a', 1), syncCase('b3', 3), syncCase('b10', 10)];
