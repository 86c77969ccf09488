import { OutboxError } from '../outbox-errors.js';
import type { OutboxTracing, TracedAttempt } from '../outbox-tracing.js';
import type { AttemptOutcome, FailedOutcome } from './attempt-outcome.js';
import type { Deadline } from './deadline.js';

/**
 * Runs an attempt inside of its trace, which is shown what the handler threw. The attempt runs exactly
 * once, and its own result counts, whatever the tracer does. An attempt that has succeeded counts as failed
 * when the tracer itself fails, or does not end in time.
 */
export async function traceAttempt(
  tracing: OutboxTracing | undefined,
  attempt: TracedAttempt,
  run: () => Promise<AttemptOutcome>,
  deadline: Deadline,
): Promise<AttemptOutcome> {
  if (!tracing) return run();
  let running: Promise<AttemptOutcome> | undefined;
  let isGivenUp = false;
  let begin = (): void => undefined;
  const begun = new Promise<undefined>((resolve) => (begin = () => resolve(undefined)));
  const shown = (): Promise<void> => {
    begin();
    if (isGivenUp) return Promise.reject(new OutboxError('The attempt was given up before its tracing began it.'));
    const shownOutcome = (running ??= run()).then(throwError);
    // A tracer that does not wait for it leaves no unhandled rejection: the attempt is waited for below.
    shownOutcome.catch(() => undefined);
    return shownOutcome;
  };
  const traced = failureOf(async () => {
    await tracing.around(attempt, shown);
  });
  const inTime = (promise: Promise<FailedOutcome | undefined>): Promise<FailedOutcome | undefined> =>
    failureOf(() => deadline.within(promise, `The tracing of ${attempt.handler}, its around,`));
  // The handler has a time limit of its own. Before and after it the tracer may hang.
  const broken = await inTime(Promise.race([traced, begun]));
  if (broken && !running) {
    isGivenUp = true;
    return broken;
  }
  const outcome = await (running ??= run());
  return typeof outcome === 'object' ? outcome : ((await inTime(traced)) ?? outcome);
}

/** Resolves with what it resolves with, or with the failure that it rejects with. */
async function failureOf(work: () => Promise<FailedOutcome | void>): Promise<FailedOutcome | undefined> {
  try {
    return (await work()) ?? undefined;
  } catch (error) {
    return { failed: error };
  }
}

function throwError(outcome: AttemptOutcome): void {
  if (typeof outcome === 'object') throw 'failed' in outcome ? outcome.failed : outcome.lost;
}
