import { type EventCatalog, UnknownEventError, VersionAheadError } from '../../catalog/index.js';
import { type EventBus, PublishError } from '../../core/index.js';
import { type Begin, transactional } from '../../domain/index.js';
import { AttemptInterrupted } from './attempt-interrupted.js';
import { afterFailure } from '../delivery-policy.js';
import type { DurableHandlers } from '../durable-handlers.js';
import type { StoredDelivery } from '../store/entry.js';
import { noteOf } from '../store/failure.js';
import { Batcher } from './batcher.js';
import { HandlerCalls } from './handler-calls.js';
import { traceAttempt } from './trace-attempt.js';
import type { LaneStep } from './keyed-queue.js';
import { isPermanent, OutboxError, Permanent } from '../outbox-errors.js';
import type { OutboxProblem } from '../outbox-problem.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { OutboxTracing } from '../outbox-tracing.js';
import { settleUntilDone } from './settle-until-done.js';
import type { BucketAssignment } from '../store/bucket-assignment.js';
import { PoisonGuard } from './poison-guard.js';

/** What it takes to make deliveries. */
export interface DelivererOptions {
  readonly bus: EventBus;
  readonly catalog: EventCatalog;
  readonly store: RelayingStore;
  readonly handlers: DurableHandlers;
  readonly tracing: OutboxTracing | undefined;
  readonly onProblem: (problem: OutboxProblem) => void;
  /** A failed delivery is due again in so many milliseconds. */
  readonly onRetryIn: (wait: number) => void;
}

// How long an event that this process cannot read yet waits for a deploy before somebody tries again, in ms.
const deployWait = 30_000;

/** Makes single deliveries: counts the attempt, reads the event, has the bus call the handler, and settles the row or sets it apart. */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #begin: Batcher<StoredDelivery, boolean>;
  readonly #settle: Batcher<StoredDelivery, undefined>;
  readonly #calls: HandlerCalls;
  #share: BucketAssignment | undefined;
  readonly #suspects = new PoisonGuard();

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#calls = new HandlerCalls(options.bus, options.handlers);
    this.#begin = new Batcher((deliveries) => options.store.startAttempts(deliveries));
    this.#settle = new Batcher<StoredDelivery, undefined>(async (deliveries) => {
      await options.store.settle(deliveries);
      return [];
    });
  }

  /** By what the buckets are held from now on; with undefined, by nothing. Handlers whose bucket is lost are told. */
  setAssignment(share: BucketAssignment | undefined, reason?: unknown): void {
    this.#share = share;
    if (!share) this.#calls.abort(reason);
  }

  /** Makes one delivery to the handler of this durable id. Never rejects. */
  async deliver(handler: string, delivery: StoredDelivery): Promise<LaneStep> {
    try {
      const make = (): Promise<LaneStep> => this.#make(handler, delivery);
      return await (this.#isSuspect(handler, delivery) ? this.#suspects.runAlone(make) : make());
    } catch (error) {
      // What the attempt did is not known to have happened: the row is fetched again.
      this.#report(
        'unavailable',
        `The store failed while ${handler} was given ${about(delivery)}`,
        handler,
        delivery,
        error,
      );
      return 'stop';
    }
  }

  /** Somebody began it and never ended: more than once, or the next time would be the last. */
  #isSuspect(handler: string, { startedAgo, attempts }: StoredDelivery): boolean {
    return (
      startedAgo !== undefined && attempts >= Math.min(2, this.#options.handlers.policyOf(handler).maxAttempts - 1)
    );
  }

  async #make(handler: string, delivery: StoredDelivery): Promise<LaneStep> {
    const { attempts } = delivery;
    // Unsubscribed since the row was fetched: it waits for who will have this id.
    if (this.#options.handlers.subscriptionsOf(handler).length === 0) return 'stop';
    if (attempts >= this.#options.handlers.policyOf(handler).maxAttempts) {
      const error = new OutboxError(
        `${attempts} attempts were begun and not ended. The process ended, or was killed, meanwhile.`,
      );
      return this.#failed(handler, delivery, attempts, new Permanent(error));
    }
    if (!this.#share?.isSafe || !(await this.#begin.add(delivery))) return 'stop';
    const attempt = attempts + 1;
    try {
      const event = await this.#read(delivery);
      return await this.#attempt(handler, delivery, attempt, event);
    } catch (error) {
      if (!(error instanceof AttemptInterrupted)) throw error;
      return error.how === 'taken' ? 'stop' : this.#failed(handler, delivery, attempt, error.reason);
    }
  }

  async #read(delivery: StoredDelivery): Promise<object> {
    const { catalog, store } = this.#options;
    const { name, version, seq } = delivery;
    const text = delivery.data ?? (await store.data(seq));
    try {
      if (text === undefined) throw new Error(`The log has no event at ${seq}.`);
      return await catalog.read(name, version, catalog.parse(text));
    } catch (error) {
      const waits = error instanceof UnknownEventError || error instanceof VersionAheadError;
      throw new AttemptInterrupted('failed', waits ? error : new Permanent(error));
    }
  }

  /** @throws AttemptEnded */
  async #attempt(handler: string, delivery: StoredDelivery, attempt: number, event: object): Promise<LaneStep> {
    const { handlers, tracing } = this.#options;
    const { id, name, headers } = delivery;
    const isTransactional = handlers.subscriptionsOf(handler).some(({ options }) => options.transactional);
    const run = async (transaction: unknown): Promise<void> => {
      // Asked again, and last of all: since the begin this process may have stood still, and others may have the bucket.
      if (!this.#share?.isSafe) throw new AttemptInterrupted('taken');
      await this.#calls.deliver(handler, delivery, attempt, event, transaction);
    };
    const traced = <T>(work: () => Promise<T>): Promise<T> =>
      traceAttempt(tracing, { handler, name, event: id, attempt, headers }, work);
    if (!isTransactional) {
      await traced(() => run(undefined));
      return { settling: settleUntilDone(() => this.#settle.add(delivery), this.#options.onProblem) };
    }
    await traced(() => this.#inTransaction(delivery, run));
    return { settling: Promise.resolve() };
  }

  /** Runs the work in the transaction that deletes the row. @throws AttemptEnded, or what says that the store was not reached. */
  async #inTransaction(delivery: StoredDelivery, run: (transaction: unknown) => Promise<void>): Promise<void> {
    const { bus, store } = this.#options;
    // Kept, for a begin of the user's may wrap it or keep it to itself, and what has no SQLSTATE looks like an outage.
    let ended: AttemptInterrupted | undefined;
    const begin: Begin<unknown> = (work) =>
      store.transaction(async (transaction) => {
        ended = undefined;
        if (!(await store.claim(transaction, delivery))) throw (ended = new AttemptInterrupted('taken'));
        return work(transaction).catch((error: unknown) => {
          throw (ended = endedBy(error));
        });
      });
    try {
      await transactional(bus, begin, { joins: store.applicationBegin })(run);
    } catch (error) {
      if (ended || store.isOutage(error)) throw ended ?? error;
      // The commit itself was refused: a deferred constraint, a serialization failure.
      throw new AttemptInterrupted('failed', error);
    }
  }

  async #failed(handler: string, delivery: StoredDelivery, attempt: number, error: unknown): Promise<LaneStep> {
    const { store, handlers, onRetryIn } = this.#options;
    const counts = !(error instanceof UnknownEventError || error instanceof VersionAheadError);
    const wait = counts ? afterFailure(handlers.policyOf(handler), attempt, error) : deployWait;
    const reason = isPermanent(error) ? error.cause : error;
    const isMine = await store.fail(delivery, { wait, counts, note: noteOf(attempt, reason) });
    if (wait !== 'dead') onRetryIn(wait);
    if (isMine && !counts) {
      this.#report(
        'unreadable event',
        `${about(delivery)} waits for a deploy that can read it`,
        handler,
        delivery,
        reason,
      );
    } else if (isMine && wait === 'dead') {
      const message = `${about(delivery)} is a dead letter of ${handler} after ${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}`;
      this.#report('dead letter', message, handler, delivery, reason);
    }
    return 'stop';
  }

  #report(kind: OutboxProblem['kind'], what: string, handler: string, { id }: StoredDelivery, error: unknown): void {
    const message = `${what}: ${noteOf(0, error).message}`;
    this.#options.onProblem({ kind, message, handler, event: id, error });
  }
}

/** What the handler threw, or a handler before the commit, or what writes what they have published. */
function endedBy(error: unknown): AttemptInterrupted {
  if (error instanceof AttemptInterrupted) return error;
  // Of several, one that says that no further attempt is of use.
  const reasons: readonly unknown[] = error instanceof PublishError ? error.errors : [];
  return new AttemptInterrupted('failed', reasons.find(isPermanent) ?? reasons[0] ?? error);
}

function about({ name, id }: StoredDelivery): string {
  return `${name} (${id})`;
}
