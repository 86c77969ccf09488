import { setTimeout as wait } from 'node:timers/promises';
import type { OutboxProblem } from '../outbox-problem.js';

/**
 * Writes that an effect has happened, as often as it takes: a store that does not answer for a while, or in which
 * another transaction has the row, must not turn it into a repetition. Not fenced: it is true whoever has the bucket
 * meanwhile.
 */
export async function settleUntilDone(
  write: () => Promise<boolean>,
  onProblem: (problem: OutboxProblem) => void,
): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      if (await write()) return;
    } catch (error) {
      const message = `The store failed while a finished delivery was settled, which is tried again: ${String(error)}`;
      onProblem({ kind: 'unavailable', message, error });
    }
    // The wait does not keep a process alive that wants to end. Then the row is delivered again.
    await wait(Math.min(5_000, 50 * 2 ** tries), undefined, { ref: false });
  }
}
