import type { EventBus } from '../core/index.js';

/**
 * What is read of a bus. Any copy of the package makes such a bus, so it is known by what it can do.
 *
 * @example
 * ```ts
 * const bus: WirableBus = new EventBus();
 * ```
 */
export type WirableBus = Pick<EventBus, 'name' | 'subscriptions' | 'explain'>;

/** Whether it is a bus, of this copy of the package or of another one. */
export function isWirableBus(value: unknown): value is WirableBus {
  if (typeof value !== 'object' || value === null) return false;
  const methods = ['subscriptions', 'explain', 'publish', 'subscribe'] as const;
  return methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function');
}
