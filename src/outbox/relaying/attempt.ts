import { type EventCatalog, UnknownEventError, VersionAheadError } from '../../catalog/index.js';
import { type EventBus, isInstance } from '../../core/index.js';
import type { WholePolicy } from '../delivery-policy.js';
import type { DurableHandlers } from '../durable-handlers.js';
import { isNotNow, isRetryAfter, OutboxError } from '../outbox-errors.js';
import type { OutboxTracing } from '../outbox-tracing.js';
import type { StoredDelivery } from '../store/entry.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { AttemptOutcome } from './attempt-outcome.js';
import { inDeliveryTransaction } from './delivery-transaction.js';
import { AttemptTimeout, Deadline } from './deadline.js';
import type { HandlerCalls, ReadEvent } from './handler-calls.js';
import { traceAttempt } from './trace-attempt.js';

/** What the attempts of one process have in common. */
export interface AttemptEnvironment {
  readonly bus: EventBus;
  readonly catalog: EventCatalog;
  readonly store: RelayingStore;
  readonly handlers: DurableHandlers;
  readonly tracing: OutboxTracing | undefined;
  readonly calls: HandlerCalls;
  /** Whether an effect may begin: the buckets are assigned to this process for certain. */
  readonly isSafe: () => boolean;
}

/** One attempt to deliver a row to the handler of a durable id. The attempt is counted before `run` is called. */
export class Attempt {
  readonly policy: WholePolicy;
  /** Which attempt it is, from 1. */
  readonly number: number;
  /** Milliseconds that it took; 0 before its end. */
  duration = 0;
  readonly #environment: AttemptEnvironment;

  constructor(
    readonly handler: string,
    readonly delivery: StoredDelivery,
    environment: AttemptEnvironment,
  ) {
    this.policy = environment.handlers.policyOf(handler);
    this.number = delivery.attempts + 1;
    this.#environment = environment;
  }

  /** Whether the handler is subscribed. It may have been unsubscribed since the row was fetched. */
  get isSubscribed(): boolean {
    return this.#environment.handlers.subscriptionsOf(this.handler).length > 0;
  }

  /**
   * Whether as many attempts were started as the policy allows. The last one has not ended, or
   * the row would be a dead letter.
   */
  get isUsedUp(): boolean {
    return this.delivery.attempts >= this.policy.maxAttempts;
  }

  /**
   * Whether the delivery was started repeatedly without an end, or has one attempt left: it
   * may be what ends its process.
   */
  get isSuspect(): boolean {
    const { startedAgo, attempts } = this.delivery;
    return startedAgo !== undefined && attempts >= Math.min(2, this.policy.maxAttempts - 1);
  }

  /** Reads the event and calls the handler. Rejects when the store was not reached. */
  async run(): Promise<AttemptOutcome> {
    const beganAt = performance.now();
    try {
      return await this.#run();
    } finally {
      this.duration = performance.now() - beganAt;
    }
  }

  async #run(): Promise<AttemptOutcome> {
    const { store, tracing } = this.#environment;
    const { id, name, headers, seq } = this.delivery;
    const text = this.delivery.data ?? (await store.data(seq));
    const deadline = new Deadline(this.#timeLimit);
    let read: ReadEvent;
    try {
      read = await deadline.within(this.#read(text), `Reading ${name}, by its schema and the steps of its upcast,`);
    } catch (error) {
      if (isForLater(error)) return { failed: error };
      // A schema or an upcast that asks others knows when to be asked again.
      const reason = (error as Error).cause;
      return isNotNow(reason) || isRetryAfter(reason) ? { failed: reason } : { failed: error, retry: false };
    }
    const traced = { handler: this.handler, name, event: id, attempt: this.number, headers };
    // Before the transaction begins, which may have to wait for a connection.
    const { rest } = deadline;
    return traceAttempt(tracing, traced, () => this.#deliver(read, rest), deadline);
  }

  /** Milliseconds: what a handler has set for itself goes before its policy. */
  get #timeLimit(): number {
    const own = this.#environment.handlers
      .subscriptionsOf(this.handler)
      .flatMap(({ options }) => options.timeout ?? []);
    return own.length > 0 ? Math.max(...own) : this.policy.timeout;
  }

  async #read(text: string | undefined): Promise<ReadEvent> {
    const { catalog } = this.#environment;
    const { name, version, seq } = this.delivery;
    if (text === undefined) throw new Error(`The log has no event at ${seq}.`);
    return { event: await catalog.read(name, version, catalog.parse(text, name)), text };
  }

  #deliver(read: ReadEvent, timeout: number): Promise<AttemptOutcome> {
    const { bus, store, handlers } = this.#environment;
    const call = (transaction: unknown): Promise<AttemptOutcome> => this.#call(read, transaction, timeout);
    const isTransactional = handlers.subscriptionsOf(this.handler).some(({ options }) => options.transactional);
    return isTransactional ? inDeliveryTransaction(bus, store, this.delivery, call) : call(undefined);
  }

  async #call(read: ReadEvent, transaction: unknown, timeout: number): Promise<AttemptOutcome> {
    const { calls, isSafe } = this.#environment;
    // Asked again, and last of all. Since the attempt was started this process may have been suspended, and
    // another may have the bucket.
    if (!isSafe()) return { lost: new OutboxError('The buckets of this process may be assigned to another one.') };
    const { handler, delivery, number } = this;
    return calls.call({ handler, delivery, attempt: number, ...read, transaction, timeout });
  }
}

/** Returns whether an event that was not read with this error may be read later. */
function isForLater(error: unknown): boolean {
  return waitsForDeploy(error) || isInstance(error, AttemptTimeout);
}

/**
 * Returns whether an error says that a newer deploy can read the event. Such an attempt says nothing about the handler.
 */
export function waitsForDeploy(error: unknown): boolean {
  return isInstance(error, UnknownEventError) || isInstance(error, VersionAheadError);
}
