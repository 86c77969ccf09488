import type { Dispatch } from './dispatch.js';
import { dispositionOf, passesFilter } from './disposition.js';
import { GuardedDelivery } from './guarded-delivery.js';
import { contextFor } from './handler-context.js';
import { refused, skipped } from '../outcome.js';
import type { Subscription } from '../subscribing/subscription.js';

/**
 * Runs one step with all that its options ask for. Returns what the handler returned, or the outcome without a call.
 *
 * @throws what the handler or its `around` throws.
 */
export function runStep(dispatch: Dispatch, index: number): unknown {
  const { event, host, plan, signal, watch, redelivery } = dispatch;
  const subscription = plan.steps[index] as Subscription;
  const disposition = dispositionOf(subscription, dispatch);
  if (disposition.kind === 'skip') return skipped(disposition.reason);
  if (disposition.kind === 'defer') return dispatch.acceptances!.get(disposition.to);
  try {
    if (!passesFilter(subscription, event)) return skipped('filter');
  } catch (error) {
    return refused(error);
  }
  const { once, around, timeout = redelivery?.defaultTimeout } = subscription.options;
  const { call } = subscription;
  // Before the call, so that an event published by the handler does not meet it again.
  if (once) subscription.end('spent');
  if (around || timeout) return new GuardedDelivery(dispatch, index, subscription, timeout).start();
  watch?.executing(index);
  return call(event, contextFor(host.ports.context, signal, redelivery?.context));
}
