import type { Deferral, Deferred, DispatchView } from './deferral.js';
import type { Dispatch } from './dispatch.js';
import type { DispatchPlan } from './dispatch-plan.js';
import { type Disposition, dispositionOf, lost, type Situation, skip } from './disposition.js';
import { NoUnitOfWorkError } from '../errors.js';
import { classNameOf } from '../event-class.js';
import type { DispatcherOptions } from './dispatcher-options.js';
import { sharedContext } from './handler-context.js';
import type { InFlight } from './in-flight.js';
import { whyLost } from './lost-deliveries.js';
import { deferred, type Outcome, refused } from '../outcome.js';
import type { Redelivery } from './redelivery.js';
import type { Subscription } from '../subscribing/subscription.js';

const noneRan = (): boolean => false;

/** The places where modules take part in the dispatches of one bus. */
export class DispatchPorts {
  /** Takes over deliveries of a later phase and durable ones: the first that accepts one, gets it. */
  readonly deferrals = new Set<Deferral>();
  /** Keeps a delivery from being made, by answering true: for tests. */
  readonly silencers = new Set<(subscription: Subscription) => boolean>();
  /** What handlers are given where nothing can abort them. */
  context = sharedContext(() => undefined);

  constructor(
    /** For work that keeps the bus from closing. */
    readonly inFlight: InFlight,
    /** Those of the bus. A module that delivers again calls `onError` for a failure that no handler takes. */
    readonly options: DispatcherOptions,
    /** Delivers an event again. The caller gets the failures. @throws TypeError when the event is no event. */
    readonly redeliver: (redelivery: Redelivery) => DispatchView,
  ) {}

  /** Whether a module keeps durable deliveries, at least for those who publish in a unit of work. */
  get hasOutbox(): boolean {
    return [...this.deferrals].some(({ keepsDurable }) => keepsDurable);
  }

  /** Gives all handlers of the bus the transaction that is open when they ask, or undefined. */
  giveTransaction(transactionNow: () => unknown): void {
    this.context = sharedContext(transactionNow);
  }

  /** Returns the state before an event is dispatched: the modules are asked now. */
  situationOf(event: object, plan: DispatchPlan, ranBefore: Situation['ranBefore'] = noneRan): Situation {
    return { event, plan, diversionOf: (step) => this.#diversionOf(step, plan), ranBefore };
  }

  #diversionOf(step: Subscription, plan: DispatchPlan): Disposition | undefined {
    for (const silences of this.silencers) if (silences(step)) return skip('silenced');
    if (!plan.later.includes(step)) return undefined;
    for (const to of this.deferrals) if (to.accepts(step)) return { kind: 'defer', to };
    if (step.options.durable || this.options.outsideUnitOfWork !== 'immediate') return lost;
    return step.phase === 'afterRollback' ? skip('phase') : undefined;
  }

  /** @throws NoUnitOfWorkError naming the handlers whose deliveries would be lost. */
  assertDeliverable(event: object, plan: DispatchPlan): void {
    if (plan.later.length === 0) return;
    const situation = this.situationOf(event, plan);
    const undeliverable = plan.later.filter((step) => dispositionOf(step, situation) === lost);
    if (undeliverable.length === 0) return;
    throw new NoUnitOfWorkError(`${classNameOf(event)} was not published: ${whyLost(undeliverable, this.hasOutbox)}`);
  }

  /**
   * Hands deliveries over to modules, and notes which steps are skipped, before the first handler runs. Otherwise a
   * module would get an event after the events that its handlers publish.
   */
  defer(dispatch: Dispatch, run: Deferred['run']): void {
    const { event, plan } = dispatch;
    if (plan.later.length + this.silencers.size === 0) return;
    const situation = this.situationOf(event, plan);
    const diversions = new Map<Subscription, Disposition>();
    const deferredTo = new Map<Deferral, Subscription[]>();
    for (const step of plan.steps) {
      const disposition = dispositionOf(step, situation);
      // The admission has refused an event with a lost step.
      if (disposition.kind === 'run' || disposition.kind === 'lost') continue;
      diversions.set(step, disposition);
      if (disposition.kind === 'skip') continue;
      deferredTo.set(disposition.to, [...(deferredTo.get(disposition.to) ?? []), step]);
    }
    const acceptances = new Map<Deferral, Outcome | Promise<Outcome>>();
    for (const [deferral, steps] of deferredTo) {
      const accepting = deferral.accept({ first: dispatch, steps, run });
      acceptances.set(deferral, accepting ? Promise.resolve(accepting).then(() => deferred, refused) : deferred);
    }
    dispatch.diversionOf = (step) => diversions.get(step);
    dispatch.acceptances = acceptances;
  }
}
