import type { Dispatch } from './dispatch.js';
import { GuardedDelivery } from './guarded-delivery.js';
import { contextFor } from './handler-context.js';
import { type SkipReason, Skipped } from './publish-report.js';
import { isStopped } from './stoppable-event.js';
import type { Subscription } from './subscription.js';

/**
 * Delivers one step with all that its options ask for. Returns what the handler returned, or why it was not called.
 *
 * @throws what the handler, its filter or its `around` throws.
 */
export function deliver(dispatch: Dispatch, index: number): unknown {
  const subscription = dispatch.plan.steps[index] as Subscription;
  const refusal = refusalOf(dispatch, index, subscription);
  if (refusal !== undefined) return new Skipped(refusal);
  const { once, around, timeout } = subscription.options;
  // Before the call, so that an event published by the handler does not meet it again.
  if (once === true) subscription.spend();
  if (around !== undefined || timeout !== undefined) return new GuardedDelivery(dispatch, index).start();
  dispatch.watch?.executing(index);
  return subscription.call(dispatch.event, contextFor(dispatch.signal));
}

function refusalOf(dispatch: Dispatch, index: number, subscription: Subscription): SkipReason | undefined {
  const { event, plan, signal } = dispatch;
  if (!subscription.active || !waitsFor(subscription, event)) return 'unsubscribed';
  if (plan.stoppable && isStopped(event)) return 'stopped';
  if (signal?.aborted === true) return 'aborted';
  if (plan.twins?.get(index)?.some((twin) => !dispatch.wasSkipped(twin)) === true) return 'shadowed';
  // Last, for it is the user's code: asked once, and only when nothing else keeps the event away.
  return passes(subscription, event) ? undefined : 'filter';
}

/** @throws what the filter throws. */
export function passes({ options }: Subscription, event: object): boolean {
  return options.filter === undefined || Boolean(options.filter(event as never));
}

/** A pair of a list can have ended since the plan was made. */
function waitsFor({ classes }: Subscription, event: object): boolean {
  return classes.some(
    ({ prototype }) =>
      prototype === Object.getPrototypeOf(event) || Object.prototype.isPrototypeOf.call(prototype, event),
  );
}
