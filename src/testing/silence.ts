import type { EventBus } from '../core/index.js';
import { AsyncSpan } from './async-span.js';

/**
 * Runs something whose events reach nobody: their deliveries are `skipped` with the reason `silenced`.
 * Publishing goes on as always, reports and observers included, and an event whose handlers need a unit of work
 * can be published without one.
 *
 * It holds for what `work` does, also after an `await`, until what `work` returned has settled. What runs beside it is
 * delivered. An `emit` inside a handler runs after that handler, so a silence begun in the handler is over by then.
 *
 * Resolves with what `work` returned; rejects with what it threw.
 *
 * @example
 * ```ts
 * await silence(bus, () => orders.import(fixtures)); // no mails for these
 * ```
 */
export async function silence<T>(bus: EventBus, work: () => T | PromiseLike<T>): Promise<T> {
  const span = new AsyncSpan();
  const silencer = (): boolean => span.covers;
  bus.ports.silencers.add(silencer);
  try {
    return await span.run(work);
  } finally {
    bus.ports.silencers.delete(silencer);
  }
}
