import { escapeLines } from '../core/index.js';
import { compareNames } from './identity.js';
import { defaultOf, shownOptions } from './shown-options.js';
import type { WiredHandler, Wiring } from './wiring.js';

/** The value of each option that a handler's entry does not mention. */
const defaults: Readonly<Record<string, unknown>> = Object.fromEntries(
  shownOptions.map((option) => [option, defaultOf(option)]),
);

/** What a handler's entry in the lock file says; what is as usual is left out. No places: moving code is no change. */
export interface LockedHandler extends Partial<Omit<WiredHandler, 'id' | 'name' | 'events' | 'location'>> {
  readonly handler: string;
  readonly mode: WiredHandler['mode'];
  /** The base class that it is subscribed to. */
  readonly by?: string;
}

/**
 * The wiring as it is kept under version control: for each event class its handlers, in the order in which they run.
 */
export interface WiringLock {
  readonly version: 1;
  readonly events: Readonly<Record<string, readonly LockedHandler[]>>;
}

export function lockOf(wiring: Wiring): WiringLock {
  const handlers = new Map(wiring.handlers.map((handler) => [handler.id, handler]));
  const events = wiring.events.map(({ id, plan }) => [
    id,
    plan.map(({ handler, by }) => lockedHandler(handlers.get(handler)!, by === id ? undefined : by)),
  ]);
  return { version: 1, events: Object.fromEntries(events) as WiringLock['events'] };
}

/** One handler is one line, so that one change is one line of a review. */
export function lockText({ version, events }: WiringLock): string {
  const blocks = Object.entries(events)
    // An object lists keys that look like numbers first; here they are by name.
    .sort(([left], [right]) => compareNames(left, right))
    .map(([id, handlers]) => {
      const lines = handlers.map((handler) => `      ${onOneLine(handler)}`);
      return `    ${JSON.stringify(id)}: [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n    `}]`;
    });
  const body = blocks.length === 0 ? '{}' : `{\n${blocks.join(',\n')}\n  }`;
  // A review must show what a name holds, so characters that hide or turn text are escaped.
  return escapeLines(`{\n  "version": ${version},\n  "events": ${body}\n}\n`);
}

function onOneLine(entry: object): string {
  const fields = Object.entries(entry).map(([field, value]) => `${JSON.stringify(field)}: ${JSON.stringify(value)}`);
  return `{ ${fields.join(', ')} }`;
}

/** @throws SyntaxError for what is not JSON, TypeError for JSON that is no lock of this version. */
export function lockFrom(text: string): WiringLock {
  const lock = JSON.parse(text) as WiringLock | null;
  const isLock =
    lock?.version === 1 &&
    Object(lock.events) === lock.events &&
    Object.values(lock.events).every(
      (plan) =>
        Array.isArray(plan) && plan.every((handler: LockedHandler | null) => typeof handler?.handler === 'string'),
    );
  if (!isLock) throw new TypeError('it holds no wiring of version 1');
  return lock;
}

function lockedHandler(handler: WiredHandler, by: string | undefined): LockedHandler {
  const { id: _, name, events: __, location: ___, mode, ...options } = handler;
  const asked = Object.entries(options).filter(([option, value]) => value !== defaults[option]);
  return { handler: name, mode, ...(by !== undefined && { by }), ...Object.fromEntries(asked) };
}
