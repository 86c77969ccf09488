import { DomainEvent, OrderEvent, OrderPlaced } from '../harness/events.mjs';
import { syncHandlers } from '../harness/handlers.mjs';
import { timed } from '../harness/timed.mjs';

const lineage = [OrderPlaced, OrderEvent, DomainEvent];

export default [
  timed({
    id: 'e',
    title: '3 levels of classes, 1 sync handler at each',
    takes: ({ contender }) => contender.routes !== 'exact class',
    subscriptions: () => syncHandlers(3).map((handler, index) => [lineage[index], handler]),
    calls: 3,
    // Who does not know base classes publishes once for each level: that is how one gets the same with strings.
    step(stage) {
      const event = new OrderPlaced();
      const [own, base, root] = lineage.map((eventClass) => stage.keyOf(eventClass));
      if (stage.routes === 'base classes') return () => stage.publish(own, event);
      return () => {
        stage.publish(own, event);
        stage.publish(base, event);
        return stage.publish(root, event);
      };
    },
  }),
];
