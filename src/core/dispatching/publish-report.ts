import { classNameOf, textOf } from '../event-class.js';
import type { Outcome, SkipReason } from '../outcome.js';
import type { Subscription } from '../subscribing/subscription.js';

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

/** Returns the name of a delivery in messages: the class of its event, and its handler. */
export function deliveryName(event: object, handler: { readonly name: string }): string {
  return `${classNameOf(event)} → ${handler.name}`;
}

/** Returns the errors of all failures, in the order of the reports. */
export function errorsOf(reports: readonly PublishReport[]): unknown[] {
  return reports.flatMap(({ failures }) => failures.map(({ reason }) => reason));
}

/** Returns a message that lists all failures. An introduction ends before `a handler failed`. */
export function failureMessage(reports: readonly PublishReport[], introduction = ''): string {
  const lines = reports.flatMap(({ event, failures }) =>
    failures.map(({ subscription, reason }) => `\n  ${deliveryName(event, subscription)}: ${textOf(reason)}`),
  );
  const article = introduction === '' ? 'A' : 'a';
  const handlers = lines.length === 1 ? `${article} handler` : `${lines.length} handlers`;
  return `${introduction}${handlers} failed:${lines.join('')}`;
}

// Shared by all publishes in which every handler plainly fulfilled.
const none: readonly undefined[] = [];

/**
 * All deliveries of one publish, in plan order. Immutable.
 *
 * @example
 * ```ts
 * const report = await bus.publishSettled(new OrderPlaced('o-1'));
 * if (report.unhandled) console.warn('nobody cares');
 * ```
 */
export class PublishReport<E extends object = object> {
  /** The published object itself. */
  readonly event: E;
  readonly #steps: readonly Subscription[];
  readonly #outcomes: readonly (Outcome | undefined)[];
  // Built by the first reader: a publish whose report nobody reads pays for one small object.
  #deliveries: readonly Delivery[] | undefined;

  /** @internal */
  constructor(event: E, steps: readonly Subscription[], outcomes: readonly (Outcome | undefined)[] = none) {
    this.event = event;
    this.#steps = steps;
    this.#outcomes = outcomes;
  }

  /** Every subscription in the plan, with what became of it. */
  get deliveries(): readonly Delivery[] {
    return (this.#deliveries ??= Object.freeze(
      this.#steps.map((subscription, index) => {
        const { status = 'fulfilled', reason } = this.#outcomes[index] ?? {};
        return Object.freeze({ subscription, status, reason } as Delivery);
      }),
    ));
  }

  /** The rejected ones among them. */
  get failures(): readonly Extract<Delivery, { status: 'rejected' }>[] {
    return this.deliveries.filter((delivery) => delivery.status === 'rejected');
  }

  /** Nobody was subscribed. A skipped handler is not an absent one. */
  get unhandled(): boolean {
    return this.#steps.length === 0;
  }
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
    super(errorsOf(reports), failureMessage(reports), options);
    this.report = reports[0];
    this.reports = reports;
  }
}
