import { OrderPlaced } from '../harness/events.mjs';
import { syncHandlers } from '../harness/handlers.mjs';
import { timed } from '../harness/timed.mjs';

export default [
  timed({
    id: 'k',
    title: 'first publish after a change, the change included: 10 sync handlers, an 11th comes or goes',
    takes: ({ contender }) => !contender.declared,
    subscriptions: () => syncHandlers(10).map((handler) => [OrderPlaced, handler]),
    calls: 11,
    step(stage) {
      const key = stage.keyOf(OrderPlaced);
      const event = new OrderPlaced();
      const [handler] = syncHandlers(1);
      let present = false;
      let subscription;
      return () => {
        if (present) stage.unsubscribe(subscription, key, handler);
        else subscription = stage.subscribe(key, handler);
        present = !present;
        return stage.publish(key, event);
      };
    },
  }),
];
