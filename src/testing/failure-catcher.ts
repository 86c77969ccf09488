import type { EventHandler, Subscription } from '../core/index.js';

/**
 * A handler of `HandlerFailed` that lets a scenario, and not `onError`, have the failures of its events. It has nothing
 * to do but to be there: the scenario reads failures from its record.
 */
export class FailureCatcher implements EventHandler {
  handle(): void {}
}

/** Whether a subscription is the test kit's own: it is neither shown nor silenced. */
export function isOfTestKit(subscription: Subscription): boolean {
  return subscription.handler instanceof FailureCatcher;
}
