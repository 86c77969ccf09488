import type { DispatchPlan } from './dispatch-plan.js';
import type { DispatchPorts } from './dispatch-ports.js';
import { dispositionOf, passesFilter, type Situation } from './disposition.js';
import type { Subscription } from '../subscribing/subscription.js';

/**
 * Whether one subscription would get an event, and why.
 *
 * @example
 * ```ts
 * const rows = bus.explain(event).map(({ subscription, ...rest }) => ({ handler: subscription.name, ...rest }));
 * console.table(rows);
 * ```
 */
export interface Explanation {
  readonly subscription: Subscription;
  readonly runs: boolean;
  /**
   * `runs`; `other class`: it waits for other events; `exact`: for the base class alone; `filter` and `filter threw`;
   * `stopped`: the event is; `phase`: it needs a unit of work or the outbox; `shadowed`: its handler runs by another
   * of its classes or subscriptions; `unsubscribed`: its subscriber has been collected; `silenced`: by a test.
   */
  readonly reason:
    | 'runs'
    | 'other class'
    | 'exact'
    | 'filter'
    | 'filter threw'
    | 'stopped'
    | 'phase'
    | 'shadowed'
    | 'unsubscribed'
    | 'silenced';
}

/** Explains the steps of the plan in the order in which they would run, then all other subscriptions. */
export function explain(
  event: object,
  plan: DispatchPlan,
  all: readonly Subscription[],
  ports: DispatchPorts,
): readonly Explanation[] {
  const ran = new Set<object>();
  const situation = ports.situationOf(event, plan, ({ target }) => ran.has(target));
  return [...new Set([...plan.steps, ...all])].map((subscription) => {
    const reason = reasonOf(subscription, situation);
    const runs = reason === 'runs';
    if (runs) ran.add(subscription.target);
    return { subscription, runs, reason };
  });
}

function reasonOf(subscription: Subscription, situation: Situation): Explanation['reason'] {
  const { event, plan } = situation;
  if (!plan.steps.includes(subscription)) {
    // A subscription that waits for a class of the lineage and is no step wants the base class alone.
    const isOfLineage = subscription.eventClasses.some(({ prototype }) => plan.lineage.includes(prototype));
    return isOfLineage ? 'exact' : 'other class';
  }
  const disposition = dispositionOf(subscription, situation);
  // Never `aborted` or `around`: there is no signal, and no handler is called.
  if (disposition.kind === 'skip') return disposition.reason as Explanation['reason'];
  if (disposition.kind !== 'run') return 'phase';
  try {
    return passesFilter(subscription, event) ? 'runs' : 'filter';
  } catch {
    // An explanation does not fail. A publish turns the same error into a rejected delivery.
    return 'filter threw';
  }
}
