import { classNameOf } from './event-class.js';
import type { Subscription } from './subscription.js';

/**
 * Why a handler in the plan was not called: its `filter` refused, the event was `stopped`, it was `unsubscribed`
 * meanwhile, `shadowed` (the same handler ran by another of its event classes), the publisher `aborted`, or `around`
 * ended without calling `run`.
 *
 * @example
 * ```ts
 * const refused = report.deliveries.filter((delivery) => delivery.status === 'skipped' && delivery.reason === 'filter');
 * ```
 */
export type SkipReason = 'filter' | 'stopped' | 'unsubscribed' | 'shadowed' | 'aborted' | 'around';

/**
 * One handler called with one event, and its outcome. `reason` is the very object that a rejected handler threw, and
 * for a skipped one a {@link SkipReason}.
 *
 * @example
 * ```ts
 * for (const { subscription, status } of report.deliveries) console.log(subscription.name, status);
 * ```
 */
export type Delivery =
  | { readonly subscription: Subscription; readonly status: 'fulfilled' | 'deferred'; readonly reason?: undefined }
  | { readonly subscription: Subscription; readonly status: 'rejected'; readonly reason: unknown }
  | { readonly subscription: Subscription; readonly status: 'skipped'; readonly reason: SkipReason };

/** How one step of a plan ended, when it did not plainly fulfil. */
export type Outcome = Failed | Skipped;

export class Failed {
  constructor(readonly error: unknown) {}
}

export class Skipped {
  constructor(readonly reason: SkipReason) {}
}

/**
 * All deliveries of one publish, in plan order. Immutable; built when somebody reads it.
 *
 * @example
 * ```ts
 * const report = await bus.publishSettled(new OrderPlaced('o-1'));
 * if (report.unhandled) console.warn('nobody cares');
 * ```
 */
export interface PublishReport<E extends object = object> {
  /** The published object itself. */
  readonly event: E;
  /** Every subscription in the plan with what became of it. */
  readonly deliveries: readonly Delivery[];
  /** The rejected ones among them. */
  readonly failures: readonly Delivery[];
  /** Nobody was subscribed. A skipped handler is not an absent one. */
  readonly unhandled: boolean;
}

/** A report that costs one small object until it is read: a publish whose report nobody reads pays no more. */
export class LazyReport<E extends object> implements PublishReport<E> {
  readonly #steps: readonly Subscription[];
  readonly #outcomes: readonly (Outcome | undefined)[] | undefined;
  #deliveries: readonly Delivery[] | undefined;

  constructor(
    readonly event: E,
    steps: readonly Subscription[],
    outcomes?: readonly (Outcome | undefined)[],
  ) {
    this.#steps = steps;
    this.#outcomes = outcomes;
  }

  get deliveries(): readonly Delivery[] {
    return (this.#deliveries ??= Object.freeze(
      this.#steps.map((subscription, index) => Object.freeze(deliveryOf(subscription, this.#outcomes?.[index]))),
    ));
  }

  get failures(): readonly Delivery[] {
    return this.deliveries.filter(({ status }) => status === 'rejected');
  }

  get unhandled(): boolean {
    return this.#steps.length === 0;
  }
}

function deliveryOf(subscription: Subscription, outcome: Outcome | undefined): Delivery {
  if (outcome instanceof Failed) return { subscription, status: 'rejected', reason: outcome.error };
  if (outcome instanceof Skipped) return { subscription, status: 'skipped', reason: outcome.reason };
  return { subscription, status: 'fulfilled' };
}

/**
 * What a publish rejects with when handlers failed. All of them have run: `errors` holds the very objects that were
 * thrown, in plan order.
 *
 * @example
 * ```ts
 * try {
 *   await bus.publish(new OrderPlaced('o-1'));
 * } catch (error) {
 *   if (!(error instanceof PublishError)) throw error;
 *   for (const { subscription, reason } of error.report.failures) console.error(subscription.name, reason);
 * }
 * ```
 */
export class PublishError extends AggregateError {
  override readonly name = 'PublishError';
  /** The report of the (first) event that had failures. */
  readonly report: PublishReport;
  /** The reports of all events that had failures: several after `publishAll`, else one. */
  readonly reports: readonly PublishReport[];

  /** @internal */
  constructor(reports: readonly [PublishReport, ...PublishReport[]], options?: { cause?: unknown }) {
    const failures = reports.flatMap((report) => report.failures);
    super(
      failures.map(({ reason }) => reason),
      reports.map(summary).join('\n'),
      options,
    );
    this.report = reports[0];
    this.reports = reports;
  }
}

function summary({ event, deliveries, failures }: PublishReport): string {
  const lines = failures.map(({ subscription, reason }) => `  ${subscription.name}: ${String(reason)}`);
  return `${failures.length} of ${deliveries.length} handlers of ${classNameOf(event)} failed:\n${lines.join('\n')}`;
}
