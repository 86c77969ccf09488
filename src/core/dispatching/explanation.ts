import { passes } from './run-step.js';
import type { DispatchPlan } from './dispatch-plan.js';
import type { DispatchPorts } from './dispatch-ports.js';
import type { AnyHandler } from '../subscribing/handler.js';
import { Outcome } from '../outcome.js';
import { isStopped } from './stoppable-event.js';
import type { Subscription } from '../subscribing/subscription.js';

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
   * of its classes; `unsubscribed`: its subscriber has been collected; `silenced`: by a test.
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

/** Explains the candidates in the order in which they would run, then all others in the order of subscription. */
export function explain(
  event: object,
  plan: DispatchPlan,
  all: readonly Subscription[],
  ports: DispatchPorts,
): readonly Explanation[] {
  const run = new Set<AnyHandler>();
  const explained = [...new Set([...plan.steps, ...all])];
  return explained.map((subscription) => {
    const reason =
      run.has(subscription.handler) && plan.steps.includes(subscription)
        ? 'shadowed'
        : reasonFor(subscription, event, plan, ports);
    const runs = reason === 'runs';
    if (runs) run.add(subscription.handler);
    return { subscription, runs, reason };
  });
}

function reasonFor(
  subscription: Subscription,
  event: object,
  plan: DispatchPlan,
  ports: DispatchPorts,
): Explanation['reason'] {
  const { eventClasses, active } = subscription;
  if (!plan.steps.includes(subscription)) {
    // What reaches the lineage and still is no step wants the base class alone.
    return eventClasses.some(({ prototype }) => plan.lineage.includes(prototype)) ? 'exact' : 'other class';
  }
  const fate = ports.dispositionOf(subscription, plan);
  if (fate) return fate instanceof Outcome && fate.reason === 'silenced' ? 'silenced' : 'phase';
  if (!active) return 'unsubscribed';
  if (plan.stoppable && isStopped(event)) return 'stopped';
  try {
    return passes(subscription, event) ? 'runs' : 'filter';
  } catch {
    // Asked only to explain: at a publish the same error is a rejected delivery.
    return 'filter threw';
  }
}
