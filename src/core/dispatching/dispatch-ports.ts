import type { Deferral, Deferred } from './deferral.js';
import type { Dispatch } from './dispatch.js';
import type { DispatchPlan } from './dispatch-plan.js';
import { NoUnitOfWorkError } from '../errors.js';
import { classNameOf } from '../event-class.js';
import type { Signal } from '../subscribing/handler.js';
import type { InFlight } from './in-flight.js';
import { deferred, Outcome, refused, skipped } from '../outcome.js';
import type { Subscription } from '../subscribing/subscription.js';

/** Where modules take part in the dispatches of one bus. */
export class DispatchPorts {
  /** Who takes over deliveries of a later phase and durable ones; the first that would, does. */
  readonly deferrals = new Set<Deferral>();
  /** Each may keep a delivery from being made, by answering true: for tests. */
  readonly silencers = new Set<(subscription: Subscription) => boolean>();
  /**
   * Makes deliveries of an event that was published before, perhaps by another process: whoever asks for them gets the failures.
   * What `context` holds is in the context of the handlers.
   */
  redeliver!: (event: object, isFor: (step: Subscription) => boolean, context: object, signal: Signal) => Dispatch;
  readonly #makesLaterNow: boolean;

  constructor(
    /** For work that keeps the bus from closing. */
    readonly inFlight: InFlight,
    /** Whether deliveries of a later phase are made at once where nobody takes them over. */
    makesLaterNow: boolean,
  ) {
    this.#makesLaterNow = makesLaterNow;
  }

  /** What becomes of a step in place of being made at its turn: somebody's, skipped, or lost if it were published. */
  dispositionOf(step: Subscription, plan: DispatchPlan): Deferral | Outcome | 'lost' | undefined {
    for (const silences of this.silencers) if (silences(step)) return skipped('silenced');
    if (!plan.later.includes(step)) return undefined;
    for (const deferral of this.deferrals) if (deferral.accepts(step)) return deferral;
    if (step.options.durable || !this.#makesLaterNow) return 'lost';
    return step.phase === 'afterRollback' ? skipped('phase') : undefined;
  }

  /** @throws NoUnitOfWorkError naming the handlers that would be lost. */
  assertDeliverable(event: object, plan: DispatchPlan): void {
    const lost = plan.later.filter((step) => this.dispositionOf(step, plan) === 'lost');
    if (lost.length === 0) return;
    const handlers = lost.map(({ name, phase, options }) => `${name} (${options.durable ?? phase})`);
    throw new NoUnitOfWorkError(
      `${classNameOf(event)} was not published: no unit of work is open for ${handlers.join(', ')}. Publish inside one, or make them immediate.`,
    );
  }

  /** Before the first handler runs, so that what an event leads to is taken over after the event itself. */
  defer(first: Dispatch, run: Deferred['run']): void {
    const { plan } = first;
    if (plan.later.length + this.silencers.size === 0) return;
    const fates = new Map<Subscription, object>();
    const taken = new Map<Deferral, Subscription[]>();
    for (const step of plan.steps) {
      const fate = this.dispositionOf(step, plan);
      // Lost ones were refused before.
      if (!fate || fate === 'lost') continue;
      if (fate instanceof Outcome) fates.set(step, fate);
      else taken.set(fate, [...(taken.get(fate) ?? []), step]);
    }
    for (const [deferral, steps] of taken) {
      const taking = deferral.accept({ first, steps, run });
      const fate = taking ? Promise.resolve(taking).then(() => deferred, refused) : deferred;
      for (const step of steps) fates.set(step, fate);
    }
    first.diverted = fates;
  }
}
