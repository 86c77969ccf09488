import type { EventBus, PublishReport } from '../core/index.js';
import { assertAggregate, type Aggregate } from './aggregate.js';
import { putBack } from './recorded-events.js';

/** Events that the bus refused, by aggregate, for aggregates that cannot take events back. */
const refusedEvents = new WeakMap<Aggregate, object[]>();

/**
 * Publishes what the aggregates have recorded, by `bus.publishAll`: each event once, in the order in which it was
 * recorded, aggregates in the order given, each settled before the next. An aggregate that is given twice counts once.
 * Events that handlers record meanwhile stay recorded, for the next call.
 *
 * An event is handed over when its first handler is about to run, and is then never published again, whatever its
 * handlers do: their failures reject with one `PublishError`, when all events have been published. What the bus refuses
 * has not been handed over and stays recorded, in its place.
 *
 * Rejects as `publishAll` does: `PublishError`, `BusClosedError`, `CascadeError`, `NoUnitOfWorkError`; and with
 * `TypeError` for an argument that has no `pullEvents()`, before anything was pulled.
 *
 * @example
 * ```ts
 * await orders.save(order);
 * await publishEventsOf(bus, order);
 * ```
 */
export async function publishEventsOf(
  bus: Pick<EventBus, 'publishAll' | 'observe'>,
  ...aggregates: readonly Aggregate[]
): Promise<PublishReport[]> {
  for (const aggregate of aggregates) assertAggregate(aggregate);
  const eventsByAggregate = new Map<Aggregate, object[]>();
  const unpublishedEvents = new Set<object>();
  // Asked for its first event by a bus that is open: a closed one refuses before anything is pulled.
  function* pull(): Generator<object> {
    for (const aggregate of new Set(aggregates)) {
      const events = pullWithRefused(aggregate);
      eventsByAggregate.set(aggregate, events);
      for (const event of events) unpublishedEvents.add(event);
      yield* events;
    }
  }
  const stopObserving = bus.observe({
    onPlan: ({ event }) => {
      // Not observed for longer than needed: meanwhile every publish of the bus costs more, some 3 to 6 µs (Node 20).
      if (unpublishedEvents.delete(event) && unpublishedEvents.size === 0) stopObserving();
    },
  });
  try {
    return await bus.publishAll(pull());
  } catch (error) {
    for (const [aggregate, events] of eventsByAggregate) {
      const unpublished = events.filter((event) => unpublishedEvents.has(event));
      if (unpublished.length > 0 && !putBack(aggregate, unpublished)) refusedEvents.set(aggregate, unpublished);
    }
    throw error;
  } finally {
    stopObserving();
  }
}

function pullWithRefused(aggregate: Aggregate): object[] {
  const events = [...(refusedEvents.get(aggregate) ?? []), ...aggregate.pullEvents()];
  refusedEvents.delete(aggregate);
  return events;
}
