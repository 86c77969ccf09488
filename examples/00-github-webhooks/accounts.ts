import type { EventBus, EventClass } from 'class-events';
import { table } from './table.js';

/** How often a handler should have run, counted without the bus, and how often it has, counted by the handler itself. */
export interface Account {
  readonly handler: string;
  readonly eventClass: EventClass;
  readonly expected: number;
  readonly ran: number;
}

/** Which handlers the events of each class reach: asked of the bus, not written down here. */
export function routes(bus: EventBus, published: ReadonlyMap<EventClass, number>): string {
  const rows = [...published].map(([eventClass, count]) => {
    const handlers = bus.subscriptions(eventClass).map(({ name }) => name);
    return [eventClass.name, count, handlers.join(', ') || 'nobody: each becomes an UnhandledEvent'];
  });
  return table([['Event class', 'Published', 'Handlers, in order'], ...rows]);
}

export function statement(bus: EventBus, accounts: readonly Account[]): string {
  const modes = new Map(bus.subscriptions().map(({ name, mode }) => [name, mode]));
  const rows = accounts.map(({ handler, eventClass, expected, ran }) => {
    return [handler, modes.get(handler) ?? 'not subscribed', eventClass.name, expected, ran];
  });
  return table([['Handler', 'Mode', 'Subscribed to', 'Expected', 'Ran'], ...rows]);
}
