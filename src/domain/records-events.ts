import { pullFrom, recordedEventsOf, recordOn } from './recorded-events.js';

/**
 * What `recordsEvents` adds to a class: how an aggregate notes what happened, and hands it over once. A type only.
 *
 * @example
 * ```ts
 * const waiting = (order: RecordsEvents<OrderPlaced | OrderShipped>) => order.recordedEvents.length;
 * ```
 */
declare abstract class RecordsEvents<E extends object = object> {
  /**
   * Notes an event. Nobody hears of it before it is pulled and published.
   *
   * @throws TypeError for what is no event (null, a primitive, a class, a plain object), and
   * when the aggregate is frozen.
   * @example this.record(new OrderPlaced(this.id));
   */
  protected record(event: E): void;
  /**
   * Hands over the recorded events, in the order in which they were recorded, and forgets them. Events that are
   * recorded while these are being published are for the next pull.
   * @example await bus.publishAll(order.pullEvents());
   */
  pullEvents(): E[];
  /** What has been recorded and not been pulled yet: a copy, for reading. */
  get recordedEvents(): readonly E[];
}
export type { RecordsEvents };

/**
 * A class that records events besides all that its base is and has. `E` is the union of the events that it may record.
 *
 * @example
 * ```ts
 * const Recording: RecordingClass<typeof Entity> = recordsEvents(Entity);
 * class Order extends Recording<OrderPlaced | OrderShipped> {}
 * ```
 */
export type RecordingClass<Base extends abstract new (...args: never) => object> =
  // Static members by a mapped type, which leaves the base's own construct signature behind.
  { [Member in keyof Base]: Base[Member] } & (abstract new <E extends object = object>(
    ...args: ConstructorParameters<Base>
  ) => InstanceType<Base> & RecordsEvents<E>);

/**
 * Lets the instances of a class record events, for aggregates that extend something already. Constructor, static and
 * abstract members stay as they are. The events are kept out of sight: not in JSON, in copies or in comparisons, and no
 * column for an ORM; an instance that was made without its constructor has them too.
 *
 * @example
 * ```ts
 * class Order extends recordsEvents(Entity)<OrderPlaced | OrderShipped> {
 *   place() {
 *     this.record(new OrderPlaced(this.id));
 *   }
 * }
 * ```
 */
export function recordsEvents<Base extends abstract new (...args: never) => object>(base: Base): RecordingClass<Base> {
  abstract class Recording extends (base as unknown as abstract new (...args: unknown[]) => object) {
    protected record(event: object): void {
      recordOn(this, event);
    }

    pullEvents(): object[] {
      return pullFrom(this);
    }

    get recordedEvents(): readonly object[] {
      return recordedEventsOf(this);
    }
  }
  return Recording as unknown as RecordingClass<Base>;
}
