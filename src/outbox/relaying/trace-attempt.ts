import { AttemptInterrupted } from './attempt-interrupted.js';
import type { OutboxTracing, TracedAttempt } from '../outbox-tracing.js';

/**
 * Runs an attempt inside of its trace. The trace is shown what the handler threw, and not what the outbox makes of it; and whatever a
 * trace does with that, the attempt is made, once, and comes to what it comes to.
 *
 * @throws AttemptEnded also when the trace itself fails.
 */
export async function traceAttempt<T>(
  tracing: OutboxTracing | undefined,
  attempt: TracedAttempt,
  run: () => Promise<T>,
): Promise<T> {
  if (!tracing) return run();
  let running: Promise<T> | undefined;
  const shown = (): Promise<T> => {
    const told = (running ??= run()).catch((error: unknown): never => {
      throw error instanceof AttemptInterrupted ? (error.reason ?? error) : error;
    });
    // A trace that does not wait for it leaves no unhandled rejection: it is waited for below.
    told.catch(() => undefined);
    return told;
  };
  let broken: AttemptInterrupted | undefined;
  try {
    await tracing.around(attempt, shown);
  } catch (error) {
    broken = new AttemptInterrupted('failed', error);
  }
  if (broken && !running) throw broken;
  const value = await (running ?? run());
  if (broken) throw broken;
  return value;
}
