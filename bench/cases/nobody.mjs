import { OrderPlaced } from '../harness/events.mjs';
import { syncHandlers } from '../harness/handlers.mjs';
import { timed } from '../harness/timed.mjs';

class Unrelated {}

export default [
  timed({
    id: 'h',
    title: 'nobody is subscribed (others are, to another class)',
    takes: () => true,
    subscriptions: () => syncHandlers(3).map((handler) => [OrderPlaced, handler]),
    calls: 0,
    step(stage) {
      const key = stage.keyOf(Unrelated);
      const event = new Unrelated();
      return () => stage.publish(key, event);
    },
  }),
];
