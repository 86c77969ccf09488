import type { EventCatalog } from '../../catalog/index.js';
import type { EventBus } from '../../core/index.js';
import { afterFailure } from '../delivery-policy.js';
import type { DurableHandlers } from '../durable-handlers.js';
import { isPermanent, OutboxError } from '../outbox-errors.js';
import type { OutboxProblem } from '../outbox-problem.js';
import type { OutboxTracing } from '../outbox-tracing.js';
import type { BucketAssignment } from '../store/bucket-assignment.js';
import { deliveryIdOf, type StoredDelivery } from '../store/entry.js';
import { noteOf } from '../store/failure.js';
import type { RelayingStore } from '../store/relaying-store.js';
import { Attempt, type AttemptEnvironment, waitsForDeploy } from './attempt.js';
import type { DeliveryOutcome, FailedOutcome } from './attempt-outcome.js';
import { Batcher } from './batcher.js';
import { FailureReport } from './failure-report.js';
import { HandlerCalls } from './handler-calls.js';
import type { LaneStep } from './keyed-queue.js';
import { PoisonGuard } from './poison-guard.js';
import { settleUntilDone } from './settle-until-done.js';

/** What it takes to deliver. */
export interface DelivererOptions {
  readonly bus: EventBus;
  readonly catalog: EventCatalog;
  readonly store: RelayingStore;
  readonly handlers: DurableHandlers;
  readonly tracing: OutboxTracing | undefined;
  readonly onProblem: (problem: OutboxProblem) => void;
  /** What has become of a delivery of this handler, when the store has noted it. */
  readonly onOutcome: (handler: string, outcome: DeliveryOutcome) => void;
  /** A failed delivery is due again after this many milliseconds. */
  readonly onRetryIn: (wait: number) => void;
}

// How long (ms) an event that this process cannot read yet waits for a deploy.
const deployWait = 30_000;

/** Delivers single rows: counts the attempt, runs it, and writes its outcome to the store. */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #starts: Batcher<StoredDelivery, boolean>;
  readonly #settles: Batcher<StoredDelivery, boolean>;
  readonly #calls: HandlerCalls;
  readonly #environment: AttemptEnvironment;
  readonly #failures: FailureReport;
  readonly #guard = new PoisonGuard();
  #assignment: BucketAssignment | undefined;

  constructor(options: DelivererOptions) {
    const { bus, store } = options;
    this.#options = options;
    this.#calls = new HandlerCalls(bus);
    this.#failures = new FailureReport(bus);
    this.#environment = { ...options, calls: this.#calls, isSafe: () => this.#assignment?.isSafe === true };
    this.#starts = new Batcher((deliveries) => store.startAttempts(deliveries));
    this.#settles = new Batcher(async (deliveries) => {
      const left = (await store.settle(deliveries)) ?? [];
      return deliveries.map((delivery) => !left.includes(delivery));
    });
  }

  /** Sets the current bucket assignment; `undefined` when it was lost. Aborts running handlers then. */
  setAssignment(assignment: BucketAssignment | undefined, reason?: unknown): void {
    this.#assignment = assignment;
    if (!assignment) this.#calls.abort(reason);
  }

  /** Delivers one row to the handler of this durable id. Never rejects. */
  async deliver(handler: string, delivery: StoredDelivery): Promise<LaneStep> {
    const attempt = new Attempt(handler, delivery, this.#environment);
    try {
      const run = (): Promise<LaneStep> => this.#run(attempt);
      return await (attempt.isSuspect ? this.#guard.runAlone(run) : run());
    } catch (error) {
      // Whether the attempt has succeeded is unknown, so the row is fetched again.
      this.#report('unavailable', `The store failed while ${handler} was given ${nameOf(attempt)}`, attempt, error);
      return 'stop';
    }
  }

  async #run(attempt: Attempt): Promise<LaneStep> {
    const { delivery } = attempt;
    // The row waits for a process whose handler has this id.
    if (!attempt.isSubscribed) return 'stop';
    if (attempt.isUsedUp) return this.#giveUp(attempt);
    if (!this.#environment.isSafe() || !(await this.#starts.add(delivery))) return 'stop';
    const outcome = await attempt.run();
    const delivered = (): void => this.#options.onOutcome(attempt.handler, 'delivered');
    if (outcome === 'settled') return { settling: Promise.resolve().then(delivered) };
    if (outcome === 'succeeded') {
      const settling = settleUntilDone(() => this.#settles.add(delivery), this.#options.onProblem);
      return { settling: settling.then(delivered) };
    }
    if ('failed' in outcome) await this.#fail(attempt, attempt.number, outcome);
    return 'stop';
  }

  async #giveUp(attempt: Attempt): Promise<LaneStep> {
    const { attempts } = attempt.delivery;
    const failed = new OutboxError(
      `${attempts} attempts were begun and not ended. The process ended, or was killed, meanwhile.`,
    );
    await this.#fail(attempt, attempts, { failed, retry: false });
    return 'stop';
  }

  /** Writes that the attempt of this number has failed, and tells of it. */
  async #fail(attempt: Attempt, number: number, { failed, event, retry }: FailedOutcome): Promise<void> {
    const { store, onRetryIn } = this.#options;
    const { handler, delivery, policy } = attempt;
    const counts = retry === false || !waitsForDeploy(failed);
    const wait = retry === false ? 'dead' : counts ? afterFailure(policy, number, failed) : deployWait;
    const reason = isPermanent(failed) ? failed.cause : failed;
    let isMine = false;
    try {
      isMine = await store.fail(delivery, { wait, counts, note: noteOf(number, reason) });
    } finally {
      // Told also where it could not be written.
      if (counts) this.#tell(attempt, number, { failed, event }, isMine ? wait : undefined);
    }
    if (wait !== 'dead') onRetryIn(wait);
    if (!isMine) return;
    this.#options.onOutcome(handler, wait === 'dead' ? 'dead' : 'retried');
    if (!counts) {
      this.#report('unreadable event', `${nameOf(attempt)} waits for a deploy that can read it`, attempt, reason);
    } else if (wait === 'dead') {
      const attempts = `${number} ${number === 1 ? 'attempt' : 'attempts'}`;
      this.#report(
        'dead letter',
        `${nameOf(attempt)} is a dead letter of ${handler} after ${attempts}`,
        attempt,
        reason,
      );
    }
  }

  #tell(attempt: Attempt, number: number, { failed, event }: FailedOutcome, wait: number | 'dead' | undefined): void {
    const { handler, delivery, policy } = attempt;
    const subscriptions = this.#options.handlers.subscriptionsOf(handler);
    const nextAt = typeof wait === 'number' ? new Date(Date.now() + wait) : undefined;
    const ended = { number, of: policy.maxAttempts, nextAt, isDead: wait === 'dead' };
    this.#failures.tell({
      delivery,
      subscriptions,
      event,
      error: failed,
      attempt: { id: deliveryIdOf(delivery), ...ended },
    });
  }

  #report(kind: OutboxProblem['kind'], text: string, { handler, delivery }: Attempt, error: unknown): void {
    const message = `${text}: ${noteOf(0, error).message}`;
    this.#options.onProblem({ kind, message, handler, event: delivery.id, error });
  }
}

function nameOf({ delivery: { name, id } }: Attempt): string {
  return `${name} (${id})`;
}
