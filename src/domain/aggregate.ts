import { describe } from '../core/index.js';

/**
 * What hands its events over once: an `AggregateRoot`, what `recordsEvents` made, or an object of yours.
 *
 * @example
 * ```ts
 * const save = async (order: Aggregate): Promise<void> => void (await publishEventsOf(bus, order));
 * ```
 */
export interface Aggregate<E extends object = object> {
  /** Gives the events and forgets them. */
  pullEvents(): E[];
}

export function isAggregate(value: unknown): value is Aggregate {
  return typeof (Object(value) as Partial<Aggregate>).pullEvents === 'function';
}

/** @throws TypeError for what has no events to hand over. */
export function assertAggregate(value: unknown): asserts value is Aggregate {
  if (isAggregate(value)) return;
  const hint = Array.isArray(value) ? ' For a list of aggregates: publishEventsOf(bus, ...aggregates).' : '';
  throw new TypeError(
    `${describe(value)} has no pullEvents(). Extend AggregateRoot, or recordsEvents(TheBaseClass).${hint}`,
  );
}
