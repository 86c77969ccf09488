import { eventClasses } from '../harness/events.mjs';
import { syncHandlers } from '../harness/handlers.mjs';
import { timed } from '../harness/timed.mjs';

const manyCase = (count) => {
  const classes = eventClasses(count);
  return timed({
    id: `d${count}`,
    title: `${count} event classes in turn, 1 sync handler each`,
    takes: () => true,
    subscriptions: () => syncHandlers(count).map((handler, index) => [classes[index], handler]),
    calls: 1,
    step(stage) {
      const keys = classes.map((eventClass) => stage.keyOf(eventClass));
      const events = classes.map((eventClass) => new eventClass());
      let at = 0;
      return () => {
        at = at + 1 === count ? 0 : at + 1;
        return stage.publish(keys[at], events[at]);
      };
    },
  });
};

export default [manyCase(8), manyCase(1000)];
