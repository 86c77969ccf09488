import { OrderPlaced } from '../harness/events.mjs';
import { syncHandlers } from '../harness/handlers.mjs';
import { timed } from '../harness/timed.mjs';

const churnCase = (present) =>
  timed({
    id: `f${present}`,
    title: `subscribe and unsubscribe, ${present} others present`,
    takes: ({ contender, first }) => first && !contender.declared,
    subscriptions: () => syncHandlers(present).map((handler) => [OrderPlaced, handler]),
    calls: 0,
    step(stage) {
      const key = stage.keyOf(OrderPlaced);
      const [handler] = syncHandlers(1);
      return () => stage.unsubscribe(stage.subscribe(key, handler), key, handler);
    },
  });

export default [churnCase(10), churnCase(1000)];
