/// <reference lib="es2021.promise" preserve="true" />
import { classNameOf, textOf } from '../event-class.js';
import { hideFromLogs, showAsJson } from '../log-view.js';
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

/** Returns a line that says who failed and why. */
export function failureText(event: object, handler: { readonly name: string }, error: unknown): string {
  return `${deliveryName(event, handler)}: ${textOf(error)}`;
}

/** Returns the errors of all failures, in the order of the reports. */
export function errorsOf(reports: readonly PublishReport[]): unknown[] {
  return reports.flatMap(({ failures }) => failures.map(({ reason }) => reason));
}

/** Returns a message that lists all failures. An introduction ends before `a handler failed`. */
export function failureMessage(reports: readonly PublishReport[], introduction = ''): string {
  const lines = reports.flatMap(({ event, failures }) =>
    failures.map(({ subscription, reason }) => `\n  ${failureText(event, subscription, reason)}`),
  );
  const article = introduction === '' ? 'A' : 'a';
  const handlers = lines.length === 1 ? `${article} handler` : `${lines.length} handlers`;
  return `${introduction}${handlers} failed:${lines.join('')}`;
}

// Shared by all publishes in which every handler plainly fulfilled.
const none: readonly undefined[] = [];

// Symbols and not private fields, which a proxy of a report does not have. What copies or compares an object by its
// names does not see them.
const steps = Symbol('steps');
const outcomes = Symbol('outcomes');
// Built by the first reader: a publish whose report nobody reads pays for one small object. Kept beside the reports,
// which may be frozen, and so that what was read through a proxy stays with the proxy.
const deliveriesOf = new WeakMap<PublishReport, readonly Delivery[]>();

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
  /** @internal */
  declare readonly [steps]: readonly Subscription[];
  /** @internal */
  declare readonly [outcomes]: readonly (Outcome | undefined)[];

  /** @internal */
  constructor(event: E, plan: readonly Subscription[], results: readonly (Outcome | undefined)[] = none) {
    this.event = event;
    this[steps] = plan;
    this[outcomes] = results;
  }

  /** Every subscription in the plan, with what became of it. */
  get deliveries(): readonly Delivery[] {
    const present = deliveriesOf.get(this);
    if (present) return present;
    const deliveries = this[steps].map((subscription, index) => {
      const { status = 'fulfilled', reason } = this[outcomes][index] ?? {};
      return Object.freeze({ subscription, status, reason } as Delivery);
    });
    deliveriesOf.set(this, Object.freeze(deliveries));
    return deliveries;
  }

  /** The rejected ones among them. */
  get failures(): readonly Extract<Delivery, { status: 'rejected' }>[] {
    return this.deliveries.filter((delivery) => delivery.status === 'rejected');
  }

  /** Nobody was subscribed. A skipped handler is not an absent one. */
  get unhandled(): boolean {
    return this[steps].length === 0;
  }

  /** What a log shows: who handled the event, and how that ended. Of the event its class alone. */
  toJSON(): object {
    const deliveries = this.deliveries.map(({ subscription: { name }, status, reason }) =>
      reason === undefined ? `${name} ${status}` : `${name} ${status}: ${textOf(reason)}`,
    );
    return { event: classNameOf(this.event), deliveries };
  }
}
showAsJson(PublishReport);

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
  /** The report of the (first) event that had failures. Not enumerable, because it holds the event. */
  declare readonly report: PublishReport;
  /** The reports of all events that had failures: several after `publishAll`, else one. */
  declare readonly reports: readonly PublishReport[];

  /** @internal */
  constructor(reports: readonly [PublishReport, ...PublishReport[]], options?: { cause?: unknown }) {
    super(errorsOf(reports), failureMessage(reports), options);
    hideFromLogs(this, { report: reports[0], reports });
  }

  /** Who failed and why, and nothing of the events. */
  toJSON(): object {
    return { name: this.name, message: this.message, reports: this.reports };
  }
}
