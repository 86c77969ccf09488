import type { EventCatalog } from '../catalog/index.js';
import { aFunction, checkOptions, type Checks, type EventBus, milliseconds, oneOf } from '../core/index.js';
import type { DeliveryPolicy } from './delivery-policy.js';
import type { OutboxProblem } from './outbox-problem.js';
import type { OutboxStore } from './store/outbox-store.js';
import type { OutboxTracing } from './outbox-tracing.js';

/**
 * What an outbox works with. `bus`, `catalog` and `store` are needed.
 *
 * @example
 * ```ts
 * const retention = 30 * 24 * 3_600_000; // 30 days
 * const outbox = new Outbox({ bus, catalog, store: postgres(pool), defaults: { maxAttempts: 8 }, retention });
 * ```
 */
export interface OutboxOptions {
  /** The bus whose durable handlers it serves. One outbox for each bus. */
  readonly bus: EventBus;
  /** How events are written and read. */
  readonly catalog: EventCatalog;
  /** Where the rows are. */
  readonly store: OutboxStore;
  /**
   * How deliveries are made, for handlers that `handlers` says nothing of. Not `formerIds`, which is of one handler.
   */
  readonly defaults?: DeliveryPolicy | undefined;
  /** How deliveries are made, by durable id. */
  readonly handlers?: Readonly<Record<string, DeliveryPolicy>> | undefined;
  /**
   * What becomes of an event for durable handlers that is published where no unit of work is open: it is refused with
   * `NoUnitOfWorkError`, or its rows are written in a transaction of their own. Default `refuse`.
   */
  readonly outsideUnitOfWork?: 'refuse' | 'transaction' | undefined;
  /** Milliseconds after which the work of a relay that does not answer goes to others. Default 5 000. */
  readonly takeoverAfter?: number | undefined;
  /** Milliseconds between two looks at the tables when nothing wakes the relay. Default 1 000. */
  readonly pollInterval?: number | undefined;
  /** How long events stay in the log after they were written, in milliseconds. Default 604 800 000, a week. */
  readonly retention?: number | undefined;
  /**
   * Hears what an operator should know. Default: a warning of the process, which Node prints. What it throws, or
   * rejects with, stops no delivery, and surfaces as the platform's uncaught error, which ends a Node process.
   */
  readonly onProblem?: ((problem: OutboxProblem) => unknown) | undefined;
  /**
   * What is to travel with an event that is being published: tenant, user, correlation. Called at the publish, in the
   * publisher's async context, and for a scheduled event when it is scheduled. Handlers get it as
   * `context.event.headers`. A value that is undefined is left out; of two of one name that of `tracing` counts. At
   * most 8 192 bytes as JSON. What it throws rejects the publish.
   */
  readonly headers?: ((event: object) => Readonly<Record<string, string | undefined>>) | undefined;
  /** Carries traces along. */
  readonly tracing?: OutboxTracing | undefined;
}

const anObject = (expected: string, method: string) =>
  [expected, (value: unknown) => typeof (value as Record<string, unknown> | null)?.[method] === 'function'] as const;

const checks: Checks<OutboxOptions> = {
  bus: anObject('an EventBus', 'subscribe'),
  catalog: anObject('an EventCatalog', 'read'),
  store: anObject('a store, like postgres(pool)', 'append'),
  defaults: ['a policy', (value) => typeof value === 'object' && value !== null],
  handlers: ['policies by durable id', (value) => typeof value === 'object' && value !== null],
  outsideUnitOfWork: oneOf('refuse', 'transaction'),
  takeoverAfter: milliseconds,
  pollInterval: milliseconds,
  retention: ['milliseconds, 0 or more', (value) => typeof value === 'number' && value >= 0],
  onProblem: aFunction,
  headers: aFunction,
  tracing: anObject('a tracing, like openTelemetry()', 'around'),
};

/** @throws TypeError naming the option that is missing, unknown or impossible. */
export function checkOutboxOptions(options: OutboxOptions): void {
  checkOptions(options, checks);
  for (const name of ['bus', 'catalog', 'store'] as const) {
    if (options[name] === undefined) throw new TypeError(`An outbox needs the option '${name}', ${checks[name][0]}.`);
  }
  if (options.defaults?.formerIds !== undefined) {
    throw new TypeError(
      "The option 'defaults' has 'formerIds', by which every handler would take the same deliveries. Name former ids in 'handlers', with the handler that has them now.",
    );
  }
}
