import type { WiredEvent, WiredHandler, WiredStep } from './wiring.js';

/** The handlers of one event class that run at the same time, seen from a transaction. */
export interface PhaseGroup {
  /** The phase, or `outbox` for durable handlers. */
  readonly when: WiredHandler['phase'] | 'outbox';
  /** In the order in which they run. The order is one of the group: no group waits for the handlers of another one. */
  readonly steps: readonly WiredStep[];
}

const order = ['immediate', 'beforeCommit', 'afterCommit', 'afterRollback', 'afterCompletion', 'outbox'] as const;

/** Returns when a handler runs. */
export function whenOf({ phase, durable }: WiredHandler): PhaseGroup['when'] {
  return durable === undefined ? phase : 'outbox';
}

/** Returns the classes that give a handler its colour, in the drawing and in the list. */
export function classesOf({ mode, durable }: WiredHandler): string {
  return durable === undefined ? mode : `${mode} durable`;
}

/** The plan of an event class by phase, in the order of the phases. A phase without handlers is left out. */
export function phaseGroupsOf({ plan }: WiredEvent, handlerOf: (id: string) => WiredHandler): readonly PhaseGroup[] {
  return order
    .map((when) => ({ when, steps: plan.filter(({ handler }) => whenOf(handlerOf(handler)) === when) }))
    .filter(({ steps }) => steps.length > 0);
}
