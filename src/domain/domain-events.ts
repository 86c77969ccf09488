import {
  type EventBus,
  type EventClass,
  type EventHandler,
  type EventOf,
  type Handler,
  isInstance,
  PublishError,
  type PublishReport,
  type Subscription,
} from '../core/index.js';
import { type Aggregate, assertAggregate, isAggregate } from './aggregate.js';
import { publishEventsOf } from './publish-events-of.js';

/**
 * An aggregate as hand-written ones are: with an id, and either `pullEvents()` or the pair of `domainEvents` and
 * `clearEvents()`. Ids are equal when they are the same value, or when the aggregate's id has an `equals` that says so.
 *
 * @example
 * ```ts
 * class Order extends AggregateRoot<OrderPlaced> { constructor(readonly id: string) { super(); } }
 * const aggregate: MarkableAggregate = new Order('o-1');
 * ```
 */
export type MarkableAggregate = { readonly id: unknown } & (Aggregate | HandWrittenAggregate);

/**
 * How most hand-written aggregates hand over their events.
 *
 * @example
 * ```ts
 * const events = [...order.domainEvents];
 * order.clearEvents();
 * ```
 */
export interface HandWrittenAggregate {
  /** What has been recorded so far. */
  readonly domainEvents: readonly object[];
  /** Forgets it. */
  clearEvents(): void;
}

/**
 * The methods of the static class `DomainEvents` that many code bases have a copy of, on top of a bus. All of them can
 * be passed around without `this`.
 *
 * @example
 * ```ts
 * export const DomainEvents: DomainEvents = domainEvents(bus);
 * ```
 */
export interface DomainEvents {
  /**
   * Subscribes a handler on the bus. The class is the key; the handler may be an object with `handle`.
   *
   * @throws TypeError for a name in place of a class, and whatever else `bus.subscribe` refuses.
   * @example DomainEvents.register(this.onOrderPlaced.bind(this), OrderPlaced);
   */
  // No constraint: with one, a name would stand for every class, and the compiler would blame the handler for it.
  register<Key>(
    this: void,
    handler: Handler<EventOf<Key>> | EventHandler<EventOf<Key>>,
    eventClass: Key extends EventClass ? Key : EventClass,
  ): Subscription;
  /**
   * Remembers this very object, until its events are dispatched: two with one id are two.
   * Marking it again changes nothing.
   *
   * @throws TypeError for what has no events to hand over.
   */
  markAggregateForDispatch(this: void, aggregate: MarkableAggregate): void;
  /**
   * Publishes the events of the marked aggregates with this id; or of the aggregate that is given itself, marked or
   * not. The first event's sync handlers have run when the call returns. Resolves and rejects as `publishEventsOf`
   * does; what was refused stays marked.
   * @example await DomainEvents.dispatchEventsForAggregate(order.id);
   */
  dispatchEventsForAggregate(this: void, aggregateOrId: unknown): Promise<PublishReport[]>;
  /** Ends the subscriptions that were made here, and no others of the bus. */
  clearHandlers(this: void): void;
  /** Forgets which aggregates were marked. Their events stay with them. */
  clearMarkedAggregates(this: void): void;
}

/**
 * A drop-in for a hand-written `DomainEvents`, so that code which calls it needs few changes: names become classes, and
 * calls that dispatch are awaited. Nothing is static: marked aggregates are kept by the object that is returned, until
 * they are dispatched or it goes. Where a request may fail between the two, mark with one that is made for the request.
 * New code needs neither marks nor ids: `publishEventsOf`.
 *
 * @example
 * ```ts
 * export const DomainEvents = domainEvents(bus);
 * DomainEvents.register((event) => console.log(event.orderId), OrderPlaced);
 * await DomainEvents.dispatchEventsForAggregate(order.id);
 * ```
 */
export function domainEvents(bus: EventBus): DomainEvents {
  const subscriptions = new Set<Subscription>();
  const marked = new Map<MarkableAggregate, Aggregate>();
  const aggregatesFor = (aggregateOrId: unknown): [MarkableAggregate, Aggregate][] => {
    if (isMarkable(aggregateOrId)) return [[aggregateOrId, marked.get(aggregateOrId) ?? aggregateOf(aggregateOrId)]];
    return [...marked].filter(([{ id }]) => isSameId(id, aggregateOrId));
  };
  return {
    register(handler: Handler<never> | EventHandler<never>, eventClass: unknown) {
      assertNotName(eventClass);
      const subscription = bus.subscribe(eventClass as EventClass<never>, handler);
      subscriptions.add(subscription);
      return subscription;
    },
    markAggregateForDispatch(aggregate) {
      if (!marked.has(aggregate)) marked.set(aggregate, aggregateOf(aggregate));
    },
    async dispatchEventsForAggregate(aggregateOrId) {
      const aggregates = aggregatesFor(aggregateOrId);
      // Before any handler runs: one that records again marks again.
      for (const [aggregate] of aggregates) marked.delete(aggregate);
      try {
        return await publishEventsOf(bus, ...aggregates.map(([, source]) => source));
      } catch (error) {
        if (isRefusal(error)) for (const [aggregate, source] of aggregates) marked.set(aggregate, source);
        throw error;
      }
    },
    clearHandlers() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      subscriptions.clear();
    },
    clearMarkedAggregates() {
      marked.clear();
    },
  };
}

function aggregateOf(marked: MarkableAggregate): Aggregate {
  if (!isHandWritten(marked)) {
    assertAggregate(marked);
    return marked;
  }
  return {
    pullEvents() {
      const events = [...marked.domainEvents];
      marked.clearEvents();
      return events;
    },
  };
}

function isMarkable(value: unknown): value is MarkableAggregate {
  return isAggregate(value) || isHandWritten(value);
}

function isHandWritten(value: unknown): value is HandWrittenAggregate {
  return !isAggregate(value) && typeof (Object(value) as Partial<HandWrittenAggregate>).clearEvents === 'function';
}

function isSameId(id: unknown, otherId: unknown): boolean {
  if (Object.is(id, otherId)) return true;
  const { equals } = Object(id) as { equals?: unknown };
  return typeof equals === 'function' && Boolean(equals.call(id, otherId));
}

/** Whether events were left unpublished: failing handlers alone leave none. */
function isRefusal(error: unknown): boolean {
  return !isInstance(error, PublishError) || error.cause !== undefined;
}

function assertNotName(eventClass: unknown): void {
  if (typeof eventClass !== 'string') return;
  throw new TypeError(
    `Events are found by their class, not by its name. Write register(handler, ${eventClass}) in place of '${eventClass}' or ${eventClass}.name.`,
  );
}
