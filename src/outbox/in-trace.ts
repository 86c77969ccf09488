import { AttemptEnded } from './attempt-ended.js';
import type { OutboxTracing, TracedAttempt } from './outbox-tracing.js';

/**
 * Runs an attempt inside of its trace. The trace is shown what the handler threw, and not what the outbox makes of it; and whatever a
 * trace does with that, the attempt is made, once, and comes to what it comes to.
 *
 * @throws AttemptEnded also when the trace itself fails.
 */
export async function inTrace<T>(
  tracing: OutboxTracing | undefined,
  attempt: TracedAttempt,
  run: () => Promise<T>,
): Promise<T> {
  if (!tracing) return run();
  let running: Promise<T> | undefined;
  const shown = (): Promise<T> => {
    const told = (running ??= run()).catch((error: unknown): never => {
      throw error instanceof AttemptEnded ? (error.reason ?? error) : error;
    });
    // A trace that does not wait for it leaves no unhandled rejection: it is waited for below.
    told.catch(() => undefined);
    return told;
  };
  let broken: AttemptEnded | undefined;
  try {
    await tracing.around(attempt, shown);
  } catch (error) {
    broken = new AttemptEnded('failed', error);
  }
  if (broken && !running) throw broken;
  const value = await (running ?? run());
  if (broken) throw broken;
  return value;
}
