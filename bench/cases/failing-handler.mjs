import { OrderPlaced } from '../harness/events.mjs';
import { syncHandlers, throwingHandlers } from '../harness/handlers.mjs';
import { timed } from '../harness/timed.mjs';

export default [
  timed({
    id: 'j',
    title: 'one of ten sync handlers throws',
    floor: 'for loop with try/catch',
    // Only those who call the other nine, and after whom the process lives on.
    takes: ({ contender, waiting }) =>
      contender.isolates && contender.failures !== 'end the process' && waiting !== 'dropped',
    subscriptions: () =>
      [...syncHandlers(5), ...throwingHandlers(1), ...syncHandlers(4)].map((handler) => [OrderPlaced, handler]),
    calls: 10,
    step(stage) {
      const key = stage.keyOf(OrderPlaced);
      const event = new OrderPlaced();
      return () => stage.publish(key, event)?.catch?.(() => {});
    },
  }),
];
