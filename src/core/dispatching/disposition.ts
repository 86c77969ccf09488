import type { Deferral } from './deferral.js';
import type { DispatchPlan } from './dispatch-plan.js';
import type { SkipReason } from '../outcome.js';
import { isStopped } from './stoppable-event.js';
import type { Signal } from '../subscribing/handler.js';
import type { Subscription } from '../subscribing/subscription.js';

/** A decision on one step of a plan: call its handler, skip it, or leave the delivery to a module. */
export type Disposition =
  | { readonly kind: 'run' }
  | { readonly kind: 'skip'; readonly reason: SkipReason }
  | { readonly kind: 'defer'; readonly to: Deferral }
  /** The step needs a module, and no module takes the delivery over. The event must not be published. */
  | { readonly kind: 'lost' };

/** A state that a decision depends on: the state before a dispatch, or a dispatch at one of its steps. */
export interface Situation {
  readonly event: object;
  readonly plan: DispatchPlan;
  readonly signal?: Signal | undefined;
  /** Returns the decision of the bus's modules, and undefined if they leave the step to the dispatch. */
  readonly diversionOf: (step: Subscription) => Disposition | undefined;
  /** Returns whether an earlier step has called the target of this step. */
  ranBefore(step: Subscription): boolean;
}

/**
 * Decides whether a step of a plan runs. It is the only place: admission, deferral, explanation and the dispatch itself
 * ask here. The filter is the user's code, so the caller asks it, and only if the decision is to run.
 */
export function dispositionOf(step: Subscription, situation: Situation): Disposition {
  const { event, plan, signal } = situation;
  // First: a subscriber that has been collected must not keep an event from being published.
  if (!step.active || !step.reaches(plan.lineage)) return skip('unsubscribed');
  const diversion = situation.diversionOf(step);
  if (diversion) return diversion;
  if (plan.stoppable && isStopped(event)) return skip('stopped');
  if (signal?.aborted) return skip('aborted');
  return plan.repeatedTargets.has(step.target) && situation.ranBefore(step) ? skip('shadowed') : run;
}

/** Returns whether the filter of a subscription lets an event pass. @throws the error that the filter throws. */
export function passesFilter({ options: { filter } }: Subscription, event: object): boolean {
  return !filter || Boolean(filter(event as never));
}

export const noDiversion = (): undefined => undefined;
export const skip = (reason: SkipReason): Disposition => ({ kind: 'skip', reason });
export const lost: Disposition = { kind: 'lost' };
const run: Disposition = { kind: 'run' };
