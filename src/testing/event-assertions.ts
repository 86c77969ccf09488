import type { EventClass } from '../core/index.js';
import { type Claim, claimHandled, claimPublished, claimPublishedInOrder } from './claim.js';
import { EventAssertionError } from './event-assertion-error.js';
import { type EventFields, hasFields } from './event-fields.js';
import type { EventRecorder } from './event-recorder.js';

/**
 * Throws an `EventAssertionError` unless an event of the class was published, with these fields: for `node:test` and
 * others that have no `expect`. Its message lists what was published instead.
 *
 * @example
 * ```ts
 * assertPublished(recorder, OrderPlaced, { orderId: 'o-1' });
 * ```
 */
export function assertPublished<E extends object>(
  recorder: EventRecorder,
  eventClass: EventClass<E>,
  fields?: EventFields<E>,
): void {
  confirm(claimPublished(recorder, eventClass, fields, hasFields));
}

/**
 * Throws an `EventAssertionError` when an event of the class was published, with these fields.
 * `Object` stands for any event.
 *
 * @example
 * ```ts
 * assertNotPublished(recorder, OrderShipped);
 * ```
 */
export function assertNotPublished<E extends object>(
  recorder: EventRecorder,
  eventClass: EventClass<E>,
  fields?: EventFields<E>,
): void {
  refute(claimPublished(recorder, eventClass, fields, hasFields));
}

/**
 * Throws an `EventAssertionError` unless events of these classes were published in this order;
 * others may stand between them.
 *
 * @example
 * ```ts
 * assertPublishedInOrder(recorder, [OrderPlaced, OrderShipped]);
 * ```
 */
export function assertPublishedInOrder(recorder: EventRecorder, eventClasses: readonly EventClass[]): void {
  confirm(claimPublishedInOrder(recorder, eventClasses));
}

/**
 * Throws an `EventAssertionError` unless a handler was called with an event of the class and fulfilled: any one, or the
 * one whose subscription has this name.
 *
 * @example
 * ```ts
 * assertHandled(recorder, OrderPlaced, 'Receipts.send');
 * ```
 */
export function assertHandled(recorder: EventRecorder, eventClass: EventClass, handler?: string): void {
  confirm(claimHandled(recorder, eventClass, handler));
}

/**
 * Throws an `EventAssertionError` when a handler was called with an event of the class and fulfilled.
 *
 * @example
 * ```ts
 * assertNotHandled(recorder, OrderPlaced, 'Receipts.send');
 * ```
 */
export function assertNotHandled(recorder: EventRecorder, eventClass: EventClass, handler?: string): void {
  refute(claimHandled(recorder, eventClass, handler));
}

function confirm({ pass, message }: Claim): void {
  if (!pass) throw new EventAssertionError(message());
}

function refute({ pass, message }: Claim): void {
  if (pass) throw new EventAssertionError(message());
}
