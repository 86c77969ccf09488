import type { EventBus } from '../../core/index.js';
import { afterFailure } from '../delivery-policy.js';
import type { DurableHandlers } from '../durable-handlers.js';
import { isNotNow, isPermanent } from '../outbox-errors.js';
import type { OutboxProblem } from '../outbox-problem.js';
import { deliveryIdOf } from '../store/entry.js';
import { noteOf } from '../store/failure.js';
import type { RelayingStore } from '../store/relaying-store.js';
import { type Attempt, waitsForDeploy } from './attempt.js';
import type { DeliveryOutcome, FailedOutcome } from './attempt-outcome.js';
import type { DeliveryChannels } from './delivery-channels.js';
import { FailureReport } from './failure-report.js';
import type { Outages } from './outages.js';

/** What it takes to note a failure. */
export interface FailedDeliveriesOptions {
  readonly bus: EventBus;
  readonly store: RelayingStore;
  readonly handlers: DurableHandlers;
  readonly onProblem: (problem: OutboxProblem) => void;
  /** A failed delivery is due again after this many milliseconds. */
  readonly onRetryIn: (wait: number) => void;
  /** Hears what becomes of each delivery, when the store has noted it. */
  readonly onOutcome: (handler: string, outcome: DeliveryOutcome) => void;
}

/**
 * What a failed attempt means: `counted` is a failure of the handler, `unreadable` waits for a deploy, and `away` for
 * whoever the handler calls.
 */
interface Verdict {
  readonly kind: 'counted' | 'unreadable' | 'away';
  /** Milliseconds until the next attempt. */
  readonly wait: number | 'dead';
}

// How long (ms) an event that this process cannot read yet waits for a deploy.
const deployWait = 30_000;

/** Writes to the store that attempts have failed, and tells whom it concerns. */
export class FailedDeliveries {
  readonly #options: FailedDeliveriesOptions;
  readonly #outages: Outages;
  readonly #channels: DeliveryChannels;
  readonly #failures: FailureReport;

  constructor(options: FailedDeliveriesOptions, outages: Outages, channels: DeliveryChannels) {
    this.#options = options;
    this.#channels = channels;
    this.#outages = outages;
    this.#failures = new FailureReport(options.bus);
  }

  /** Writes that the attempt of this number has failed. @throws when the store fails. */
  async write(attempt: Attempt, number: number, outcome: FailedOutcome): Promise<void> {
    const { store, onRetryIn, onOutcome } = this.#options;
    const { failed } = outcome;
    const { kind, wait } = this.#verdictOn(attempt, number, outcome);
    const counts = kind === 'counted';
    const reason = isPermanent(failed) ? failed.cause : failed;
    let isMine = false;
    try {
      const { afterDead } = attempt.policy;
      isMine = await store.fail(attempt.delivery, { wait, counts, note: noteOf(number, reason), afterDead });
    } finally {
      // Told also where it could not be written.
      if (counts) this.#tell(attempt, number, outcome, isMine ? wait : undefined);
    }
    if (wait !== 'dead') onRetryIn(wait);
    // What it lets pass is fetched at once.
    else if (attempt.policy.afterDead === 'pass') onRetryIn(0);
    if (!isMine) return;
    onOutcome(attempt.handler, wait === 'dead' ? 'dead' : 'retried');
    if (wait === 'dead') this.#channels.dead(attempt, number, { error: failed });
    else this.#channels.retry(attempt, { error: failed, nextAt: after(wait), counts });
    if (kind === 'unreadable') {
      this.report('unreadable event', `${nameOf(attempt)} waits for a deploy that can read it`, attempt, reason);
    } else if (wait === 'dead') {
      const attempts = `${number} ${number === 1 ? 'attempt' : 'attempts'}`;
      const text = `${nameOf(attempt)} is a dead letter of ${attempt.handler} after ${attempts}`;
      this.report('dead letter', text, attempt, reason);
    }
  }

  /** Tells a problem of one delivery. */
  report(kind: OutboxProblem['kind'], text: string, { handler, delivery }: Attempt, error: unknown): void {
    const message = `${text}: ${noteOf(0, error).message}`;
    this.#options.onProblem({ kind, message, handler, event: delivery.id, error });
  }

  #verdictOn({ handler, policy }: Attempt, number: number, { failed, retry }: FailedOutcome): Verdict {
    if (retry === false) return { kind: 'counted', wait: 'dead' };
    if (waitsForDeploy(failed)) return { kind: 'unreadable', wait: deployWait };
    if (isNotNow(failed)) return { kind: 'away', wait: this.#outages.away(handler, policy, failed) };
    return { kind: 'counted', wait: afterFailure(policy, number, failed) };
  }

  #tell(attempt: Attempt, number: number, { failed, event }: FailedOutcome, wait: number | 'dead' | undefined): void {
    const { handler, delivery, policy } = attempt;
    this.#failures.tell({
      delivery,
      subscriptions: this.#options.handlers.subscriptionsOf(handler),
      event,
      error: failed,
      attempt: {
        id: deliveryIdOf(delivery),
        number,
        of: policy.maxAttempts,
        nextAt: typeof wait === 'number' ? after(wait) : undefined,
        isDead: wait === 'dead',
      },
    });
  }
}

const after = (wait: number): Date => new Date(Date.now() + wait);

/** Returns the name of the event of an attempt, for messages. */
export function nameOf({ delivery: { name, id } }: Attempt): string {
  return `${name} (${id})`;
}
