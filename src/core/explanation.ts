import { passes } from './deliver.js';
import type { DispatchPlan } from './dispatch-plan.js';
import { isStopped } from './stoppable-event.js';
import type { Subscription } from './subscription.js';

/**
 * Whether one subscription would get an event, and why.
 *
 * @example
 * ```ts
 * console.table(bus.explain(event).map(({ subscription, runs, reason }) => ({ handler: subscription.name, runs, reason })));
 * ```
 */
export interface Explanation {
  readonly subscription: Subscription;
  readonly runs: boolean;
  /**
   * `runs`; `other class`: it waits for other events; `exact`: for the base class alone; `filter` and `filter threw`;
   * `stopped`: the event is; `phase`: it needs a unit of work or the outbox; `shadowed`: its handler runs by another
   * of its classes; `unsubscribed`: its subscriber has been collected.
   */
  readonly reason:
    'runs' | 'other class' | 'exact' | 'filter' | 'filter threw' | 'stopped' | 'phase' | 'shadowed' | 'unsubscribed';
}

/** Explains the candidates in the order in which they would run, then all others in the order of subscription. */
export function explain(event: object, plan: DispatchPlan, all: readonly Subscription[]): readonly Explanation[] {
  const planned: Explanation[] = [];
  plan.steps.forEach((subscription, index) => {
    const shadowed = plan.twins?.get(index)?.some((twin) => planned[twin]?.runs) === true;
    const reason = shadowed ? 'shadowed' : reasonOf(subscription, event, plan);
    planned.push({ subscription, runs: reason === 'runs', reason });
  });
  const others = all.filter((subscription) => !plan.steps.includes(subscription));
  return [
    ...planned,
    ...others.map((subscription): Explanation => ({
      subscription,
      runs: false,
      reason: isForBase(subscription, event) ? 'exact' : 'other class',
    })),
  ];
}

function reasonOf(subscription: Subscription, event: object, plan: DispatchPlan): Explanation['reason'] {
  if (plan.unserved.includes(subscription)) return 'phase';
  if (!subscription.active) return 'unsubscribed';
  if (plan.stoppable && isStopped(event)) return 'stopped';
  try {
    return passes(subscription, event) ? 'runs' : 'filter';
  } catch {
    // Asked only to explain: at a publish the same error is a rejected delivery.
    return 'filter threw';
  }
}

function isForBase({ options, classes }: Subscription, event: object): boolean {
  return (
    options.exact === true &&
    classes.some((eventClass) => Object.prototype.isPrototypeOf.call(eventClass.prototype, event))
  );
}
