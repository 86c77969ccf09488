import { AttemptEnded } from './attempt-ended.js';
import type { OutboxTracing, TracedAttempt } from './outbox-tracing.js';

/**
 * Runs an attempt inside of its trace. The trace is shown what the handler threw, and not what the outbox makes of it; and whatever a
 * trace does with that, the attempt has failed.
 */
export async function inTrace<T>(
  tracing: OutboxTracing | undefined,
  attempt: TracedAttempt,
  run: () => Promise<T>,
): Promise<T> {
  if (!tracing) return run();
  let failure: { readonly error: unknown } | undefined;
  const shown = async (): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      failure = { error };
      throw error instanceof AttemptEnded ? (error.reason ?? error) : error;
    }
  };
  try {
    const value = await tracing.around(attempt, shown);
    if (!failure) return value;
  } catch (error) {
    failure ??= { error };
  }
  throw failure.error;
}
