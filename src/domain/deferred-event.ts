import { type Deferred, deliveryName, type Phase, type PublishReport, type Subscription } from '../core/index.js';

/** An event that was published in a unit of work, with the deliveries that wait for a later phase. */
export class DeferredEvent {
  readonly #deferred: Deferred;
  readonly #dispatches: Deferred['first'][];
  #left: readonly Subscription[];

  constructor(
    deferred: Deferred,
    /** The innermost unit of work that was open. */
    readonly unit: { readonly discarded: boolean; readonly unknown: boolean },
  ) {
    this.#deferred = deferred;
    this.#dispatches = [deferred.first];
    this.#left = deferred.steps;
  }

  /** The deliveries that still wait, for people. */
  get waiting(): string[] {
    const { event } = this.#deferred.first;
    return this.#left.map((step) => `${deliveryName(event, step)} (${step.phase})`);
  }

  /** Makes the deliveries of one phase and settles with them; nothing for a phase that none waits for. */
  async deliver(phase: Phase, awaited: boolean): Promise<PublishReport | undefined> {
    const due = this.#left.filter((step) => step.phase === phase);
    this.#left = this.#left.filter((step) => step.phase !== phase);
    // A handler with several subscriptions runs once for an event, also when their phases differ.
    const steps = due.filter(({ target }) => !this.#dispatches.some((dispatch) => dispatch.ran(target)));
    if (steps.length === 0) return undefined;
    const dispatch = this.#deferred.run(steps, awaited);
    this.#dispatches.push(dispatch);
    await dispatch.whenSettled();
    return dispatch.report();
  }
}
