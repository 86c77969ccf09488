import type { EventCatalog } from '../../catalog/index.js';
import type { EventBus } from '../../core/index.js';
import { logKeeperId } from '../durable-handlers.js';

/**
 * Keeps events in the log that the catalog wants there (`log`), whether durable handlers take them or not: by a
 * subscription that is durable and never gets a delivery. So such an event is refused, deferred and rolled back as one
 * that has a durable handler.
 */
export function keepLog(bus: EventBus, catalog: EventCatalog): void {
  const keep = (): void => undefined;
  catalog.onEntry(({ eventClass, log }) => {
    if (log) bus.subscribe(eventClass, keep, { durable: logKeeperId, exact: true, name: 'the log of the outbox' });
  });
}
