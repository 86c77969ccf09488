import { OrderPlaced } from '../harness/events.mjs';
import { asyncHandlers, gate, pendingHandlers } from '../harness/handlers.mjs';
import { timed } from '../harness/timed.mjs';

const many = (count) => (count === 1 ? '1 async handler' : `${count} async handlers`);
const takes = ({ waiting }) => waiting === 'yes';

const resolvedCase = (count) =>
  timed({
    id: `c${count}`,
    title: `${many(count)}, awaited, that need not wait`,
    floor: 'Promise.allSettled(map)',
    takes,
    subscriptions: () => asyncHandlers(count).map((handler) => [OrderPlaced, handler]),
    calls: count,
    step(stage) {
      const key = stage.keyOf(OrderPlaced);
      const event = new OrderPlaced();
      return () => stage.publish(key, event);
    },
  });

const pendingCase = (count) =>
  timed({
    id: `c${count}-pending`,
    title: `${many(count)}, awaited, pending when the call returns`,
    floor: 'Promise.allSettled(map)',
    takes,
    subscriptions: () => pendingHandlers(count).map((handler) => [OrderPlaced, handler]),
    calls: count,
    step(stage) {
      const key = stage.keyOf(OrderPlaced);
      const event = new OrderPlaced();
      return () => {
        gate.close();
        const published = stage.publish(key, event);
        gate.open();
        return published;
      };
    },
  });

export default [resolvedCase(1), resolvedCase(10), pendingCase(1), pendingCase(10)];
