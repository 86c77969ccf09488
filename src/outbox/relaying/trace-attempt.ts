import type { OutboxTracing, TracedAttempt } from '../outbox-tracing.js';
import type { AttemptOutcome } from './attempt-outcome.js';

/**
 * Runs an attempt inside of its trace, which is shown what the handler threw. The attempt runs exactly
 * once, and its own result counts, whatever the tracer does. An attempt that has succeeded counts as failed
 * when the tracer itself fails.
 */
export async function traceAttempt(
  tracing: OutboxTracing | undefined,
  attempt: TracedAttempt,
  run: () => Promise<AttemptOutcome>,
): Promise<AttemptOutcome> {
  if (!tracing) return run();
  let running: Promise<AttemptOutcome> | undefined;
  const shown = (): Promise<void> => {
    const shownOutcome = (running ??= run()).then(throwError);
    // A tracer that does not wait for it leaves no unhandled rejection: the attempt is waited for below.
    shownOutcome.catch(() => undefined);
    return shownOutcome;
  };
  let broken: AttemptOutcome | undefined;
  try {
    await tracing.around(attempt, shown);
  } catch (error) {
    broken = { failed: error };
  }
  if (broken && !running) return broken;
  const outcome = await (running ?? run());
  return typeof outcome === 'object' ? outcome : (broken ?? outcome);
}

function throwError(outcome: AttemptOutcome): void {
  if (typeof outcome === 'object') throw 'failed' in outcome ? outcome.failed : outcome.lost;
}
