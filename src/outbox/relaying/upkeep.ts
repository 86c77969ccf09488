import { textOf } from '../../core/index.js';
import type { OutboxProblem } from '../outbox-problem.js';

/** A task that has to be done again and again. */
export interface UpkeepTask {
  /** What it does, for a message: "looking for …". */
  readonly name: string;
  /** Milliseconds from the end of one run to the next. */
  readonly every: number;
  /** Resolves with whether the task is due again at once, because there is more to do. */
  readonly run: () => Promise<boolean | void>;
}

interface Job {
  readonly task: UpkeepTask;
  dueAt: number;
  running: Promise<void> | undefined;
  failures: number;
  isTold: boolean;
}

// A task rests for this many times as long as it took, so that it takes at most a tenth of the time.
const rest = 10;
// How long (ms) a task may take before an operator is told.
const slowAfter = 1_000;

/**
 * Runs tasks beside the rounds of a relay, and beside each other, so that a slow one keeps nothing else from running.
 *
 * States of a task: due → running → resting → due. All of them are due at first. A task that fails rests as well.
 */
export class Upkeep {
  readonly #jobs: readonly Job[];
  readonly #onProblem: (problem: OutboxProblem) => void;

  constructor(tasks: readonly UpkeepTask[], onProblem: (problem: OutboxProblem) => void) {
    this.#jobs = tasks.map((task) => ({ task, dueAt: 0, running: undefined, failures: 0, isTold: false }));
    this.#onProblem = onProblem;
  }

  /** Begins the tasks that are due. */
  beginDue(): void {
    const now = performance.now();
    for (const job of this.#jobs) {
      if (job.running || now < job.dueAt) continue;
      job.running = this.#run(job).finally(() => (job.running = undefined));
    }
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#jobs.flatMap(({ running }) => running ?? []));
  }

  async #run(job: Job): Promise<void> {
    const { task } = job;
    const begin = performance.now();
    let isDueAgain: boolean | void = false;
    let error: unknown;
    try {
      isDueAgain = await task.run();
      job.failures = 0;
    } catch (failure) {
      error = failure;
      job.failures++;
    }
    const end = performance.now();
    job.dueAt = isDueAgain ? end : end + Math.max(task.every, rest * (end - begin));
    this.#tell(job, end - begin, error);
  }

  /** Tells once of a task that is slow or fails, and again after it was as it should be. */
  #tell(job: Job, took: number, error: unknown): void {
    const isSlow = took > slowAfter;
    // The rounds of the relay tell of an outage, which ends before the second failure, or goes on in them.
    const isTrouble = isSlow || job.failures > 1;
    if (isTrouble && !job.isTold) this.#onProblem(isSlow ? slow(job.task, took, error) : failed(job.task, error));
    job.isTold = isTrouble || (job.isTold && job.failures > 0);
  }
}

function slow({ name }: UpkeepTask, took: number, error: unknown): OutboxProblem {
  const outcome = error === undefined ? '' : ` and failed (${textOf(error)})`;
  const message = `${name} took ${Math.round(took)} ms${outcome}. Deliveries go on meanwhile.`;
  return { kind: 'slow', message, error };
}

function failed({ name }: UpkeepTask, error: unknown): OutboxProblem {
  return { kind: 'unavailable', message: `${name} fails; the relay tries again: ${String(error)}`, error };
}
