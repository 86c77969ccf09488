import { recordsEvents } from './records-events.js';

/**
 * Base class for aggregates: they record what happened, and whoever saves them publishes it with `publishEventsOf`. `E`
 * is the union of the events that the aggregate may record; the events need no base class. An aggregate that extends
 * something already uses `recordsEvents`.
 *
 * @example
 * ```ts
 * class Order extends AggregateRoot<OrderPlaced | OrderShipped> {
 *   place(orderId: string) {
 *     this.record(new OrderPlaced(orderId));
 *   }
 * }
 * ```
 */
export abstract class AggregateRoot<E extends object = object> extends recordsEvents(class {})<E> {}
