import type { ProblemReport } from './problem-report.js';
import type { SlowReport } from './slow-report.js';

/** A task that has to be done again and again. */
export interface UpkeepTask {
  /** What it does, for a message: "Looking for …". */
  readonly name: string;
  /** Milliseconds from the end of one run to the next. */
  readonly every: number;
  /** Returns whether the task is to run now. Such a task does not rest, except after a failure. */
  readonly isNeeded?: () => boolean;
  /** Resolves with whether the task is due again at once, because there is more to do. */
  readonly run: () => Promise<boolean | void>;
}

interface Job {
  readonly task: UpkeepTask;
  dueAt: number;
  running: Promise<void> | undefined;
  failures: number;
}

// A task rests for this many times as long as it took, so that it takes at most a tenth of the time.
const rest = 10;
// The rounds of the relay tell of an outage. A task that fails this often in a row fails for a reason of its own.
const failuresToTell = 2;

/**
 * Runs tasks beside the rounds of a relay, and beside each other, so that a slow one keeps nothing else from running.
 *
 * States of a task: due → running → resting → due. All of them are due at first. A task that fails rests as well.
 */
export class Upkeep {
  readonly #jobs: readonly Job[];
  readonly #slow: SlowReport;
  readonly #problems: ProblemReport;

  constructor(tasks: readonly UpkeepTask[], slow: SlowReport, problems: ProblemReport) {
    this.#jobs = tasks.map((task) => ({ task, dueAt: 0, running: undefined, failures: 0 }));
    this.#slow = slow;
    this.#problems = problems;
  }

  /** Begins the tasks that are due. */
  beginDue(): void {
    const now = performance.now();
    for (const job of this.#jobs) {
      if (job.running || now < job.dueAt || job.task.isNeeded?.() === false) continue;
      job.running = this.#run(job).finally(() => (job.running = undefined));
    }
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#jobs.flatMap(({ running }) => running ?? []));
  }

  async #run(job: Job): Promise<void> {
    const { name, every, isNeeded, run } = job.task;
    const begin = performance.now();
    let isDueAgain = false;
    let error: unknown;
    try {
      isDueAgain = (await run()) === true || isNeeded !== undefined;
      job.failures = 0;
    } catch (failure) {
      error = failure;
      job.failures++;
    }
    const end = performance.now();
    job.dueAt = isDueAgain ? end : end + Math.max(every, rest * (end - begin));
    if (!this.#slow.note(name, end - begin, error) && job.failures === failuresToTell) {
      const message = `${name} fails; the relay tries again: ${String(error)}`;
      this.#problems.add({ kind: 'unavailable', message, error });
    }
  }
}
