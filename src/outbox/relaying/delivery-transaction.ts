import { type EventBus, isInstance, PublishError } from '../../core/index.js';
import { type Begin, transactional, UnknownOutcomeError } from '../../domain/index.js';
import { isPermanent, OutboxError } from '../outbox-errors.js';
import type { StoredDelivery } from '../store/entry.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { AttemptOutcome } from './attempt-outcome.js';

/** Thrown so that the transaction of an attempt rolls back. */
class AttemptInterrupted extends Error {
  constructor(readonly outcome: AttemptOutcome) {
    super('The attempt has not succeeded.');
  }
}

/**
 * Runs an attempt in the transaction that deletes its row, so that both happen or neither.
 *
 * @throws an error that says that the store was not reached.
 */
export async function inDeliveryTransaction(
  bus: EventBus,
  store: RelayingStore,
  delivery: StoredDelivery,
  attempt: (transaction: unknown) => Promise<AttemptOutcome>,
): Promise<AttemptOutcome> {
  // Kept, because the application's begin may wrap the error or swallow it, and an unknown error looks like an outage.
  let interrupted: AttemptInterrupted | undefined;
  const deliveryTransaction: Begin<unknown> = (run) =>
    store.transaction(async (transaction) => {
      interrupted = undefined;
      if (!(await store.claim(transaction, delivery))) {
        throw (interrupted = new AttemptInterrupted({ lost: new OutboxError('The delivery was settled elsewhere.') }));
      }
      return run(transaction).catch((error: unknown) => {
        throw (interrupted = isInstance(error, AttemptInterrupted) ? error : new AttemptInterrupted(failureOf(error)));
      });
    });
  try {
    await transactional(bus, deliveryTransaction, { joins: store.applicationBegin })(async (transaction) => {
      const outcome = await attempt(transaction);
      if (typeof outcome === 'object') throw new AttemptInterrupted(outcome);
    });
    return 'settled';
  } catch (error) {
    if (interrupted) return interrupted.outcome;
    const reason: unknown = isInstance(error, UnknownOutcomeError) ? error.cause : error;
    // If it was committed all the same, the row is gone.
    if (store.isOutage(reason)) throw reason;
    // The commit itself was refused: a deferred constraint, a serialization failure.
    return { failed: reason };
  }
}

/**
 * Returns the failure of a handler before the commit, or of the statement that writes the events that were published.
 */
function failureOf(error: unknown): AttemptOutcome {
  // Of several errors, one that says that no further attempt is of use.
  const reasons: readonly unknown[] = isInstance(error, PublishError) ? error.errors : [];
  return { failed: reasons.find(isPermanent) ?? reasons[0] ?? error };
}
