import { compareNames, assignIds } from './identity.js';
import type { LockedHandler, WiringLock } from './lock.js';

/** One way in which two wirings differ, and the event classes where they do. */
export interface WiringChange {
  readonly kind: 'added' | 'lost' | 'changed' | 'reordered';
  /** What was added, lost, changed or reordered, in words. */
  readonly what: string;
  /** The ids of the event classes that it concerns. */
  readonly events: readonly string[];
}

type Change = Pick<WiringChange, 'kind' | 'what'>;
type Plan = readonly LockedHandler[];

/**
 * What has happened between two wirings; nothing, when they are equal. The same change of many events is one change.
 */
export function differenceOf(before: WiringLock, after: WiringLock): readonly WiringChange[] {
  const ids = [...new Set([...Object.keys(before.events), ...Object.keys(after.events)])].sort(compareNames);
  const changes = new Map<string, WiringChange>();
  for (const id of ids) {
    for (const { kind, what } of changesOf(planIn(before, id), planIn(after, id))) {
      const key = `${kind} ${what}`;
      changes.set(key, { kind, what, events: [...(changes.get(key)?.events ?? []), id] });
    }
  }
  return [...changes.values()];
}

function planIn({ events }: WiringLock, id: string): Plan | undefined {
  return Object.hasOwn(events, id) ? events[id] : undefined;
}

function changesOf(before: Plan | undefined, after: Plan | undefined): Change[] {
  if (!before) return [{ kind: 'added', what: `the event class, with ${listNames(after!)}` }];
  if (!after) return [{ kind: 'lost', what: `the event class, with ${listNames(before)}` }];
  const [old, present] = [byName(before), byName(after)];
  const added = [...present].filter(([key]) => !old.has(key));
  const lost = [...old].filter(([key]) => !present.has(key));
  const changed = [...present].flatMap(([key, handler]) => {
    const differences = old.has(key) ? differingFields(old.get(key)!, handler) : [];
    return differences.length === 0 ? [] : [{ kind: 'changed' as const, what: `${key}: ${differences.join(', ')}` }];
  });
  return [
    ...added.map(([key, { mode }]) => ({ kind: 'added' as const, what: `${key} (${mode})` })),
    ...lost.map(([key, { mode }]) => ({ kind: 'lost' as const, what: `${key} (${mode})` })),
    ...changed,
    ...orderChanges(
      [...old.keys()].filter((key) => present.has(key)),
      [...present.keys()].filter((key) => old.has(key)),
    ),
  ];
}

function orderChanges(before: readonly string[], after: readonly string[]): Change[] {
  if (before.every((key, index) => key === after[index])) return [];
  return [{ kind: 'reordered', what: `${before.join(', ')} → ${after.join(', ')}` }];
}

/** Handlers by name; of several with one name, the second is `name#2`. */
function byName(plan: Plan): ReadonlyMap<string, LockedHandler> {
  return new Map([...assignIds(plan, ({ handler }) => handler)].map(([handler, id]) => [id, handler]));
}

function differingFields(before: LockedHandler, after: LockedHandler): string[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof LockedHandler)[];
  return fields
    .filter((field) => before[field] !== after[field])
    .map((field) => `${field} ${textOf(before[field])} → ${textOf(after[field])}`);
}

/** Returns the value of a field for people. An entry has no field for an option with its default. */
function textOf(value: LockedHandler[keyof LockedHandler]): string {
  return value === undefined ? 'as usual' : value === true ? 'yes' : String(value);
}

function listNames(plan: Plan): string {
  return plan.map(({ handler }) => handler).join(', ') || 'no handler';
}
