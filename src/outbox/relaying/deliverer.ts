import type { EventCatalog } from '../../catalog/index.js';
import type { EventBus } from '../../core/index.js';
import type { DurableHandlers } from '../durable-handlers.js';
import { OutboxError } from '../outbox-errors.js';
import type { OutboxProblem } from '../outbox-problem.js';
import type { OutboxTracing } from '../outbox-tracing.js';
import type { BucketAssignment } from '../store/bucket-assignment.js';
import type { StoredDelivery } from '../store/entry.js';
import type { RelayingStore } from '../store/relaying-store.js';
import { Attempt, type AttemptEnvironment } from './attempt.js';
import type { DeliveryOutcome } from './attempt-outcome.js';
import { Batcher } from './batcher.js';
import { DeliveryChannels } from './delivery-channels.js';
import { FailedDeliveries, nameOf } from './failed-deliveries.js';
import { HandlerCalls } from './handler-calls.js';
import type { LaneStep } from './keyed-queue.js';
import { Outages } from './outages.js';
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

/** Delivers single rows: counts the attempt, runs it, and writes its outcome to the store. */
export class Deliverer {
  /** The handlers whose deliveries wait, because whoever they call is away. */
  readonly outages: Outages;
  readonly #options: DelivererOptions;
  readonly #starts: Batcher<StoredDelivery, boolean>;
  readonly #settles: Batcher<StoredDelivery, boolean>;
  readonly #calls: HandlerCalls;
  readonly #environment: AttemptEnvironment;
  readonly #failed: FailedDeliveries;
  readonly #channels: DeliveryChannels;
  readonly #guard = new PoisonGuard();
  #assignment: BucketAssignment | undefined;

  constructor(options: DelivererOptions) {
    const { bus, store } = options;
    this.#options = options;
    this.#calls = new HandlerCalls(bus);
    this.outages = new Outages(options.onProblem);
    this.#channels = new DeliveryChannels(bus);
    this.#failed = new FailedDeliveries(options, this.outages, this.#channels);
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
      this.#failed.report(
        'unavailable',
        `The store failed while ${handler} was given ${nameOf(attempt)}`,
        attempt,
        error,
      );
      return 'stop';
    }
  }

  async #run(attempt: Attempt): Promise<LaneStep> {
    const { delivery } = attempt;
    // The row waits for a process whose handler has this id.
    if (!attempt.isSubscribed) return 'stop';
    if (attempt.isUsedUp) return this.#giveUp(attempt);
    if (!this.#environment.isSafe() || !(await this.#starts.add(delivery))) return 'stop';
    if (delivery.startedAgo !== undefined) this.#channels.takenOver(attempt, { startedAgo: delivery.startedAgo });
    const outcome = await attempt.run();
    const delivered = (): void => {
      this.#options.onOutcome(attempt.handler, 'delivered');
      this.#channels.delivered(attempt);
    };
    if (outcome === 'settled' || outcome === 'succeeded') this.outages.succeeded(attempt.handler);
    if (outcome === 'settled') return { settling: Promise.resolve().then(delivered) };
    if (outcome === 'succeeded') {
      const settling = settleUntilDone(() => this.#settles.add(delivery), this.#options.onProblem);
      return { settling: settling.then(delivered) };
    }
    if ('failed' in outcome) await this.#failed.write(attempt, attempt.number, outcome);
    return 'stop';
  }

  async #giveUp(attempt: Attempt): Promise<LaneStep> {
    const { attempts } = attempt.delivery;
    const failed = new OutboxError(
      `${attempts} attempts were begun and not ended. The process ended, or was killed, meanwhile.`,
    );
    await this.#failed.write(attempt, attempts, { failed, retry: false });
    return 'stop';
  }
}
