/** A task that has to be done again and again. */
export interface UpkeepTask {
  /** Milliseconds from one run to the next. */
  readonly every: number;
  /** Resolves with whether the task is due again at once, because there is more to do. */
  readonly run: () => Promise<boolean | void>;
}

/** Runs tasks when they are due, one after another. All of them are due at first. A task that fails stays due. */
export class Upkeep {
  readonly #tasks: readonly UpkeepTask[];
  readonly #dueAt = new Map<UpkeepTask, number>();

  constructor(tasks: readonly UpkeepTask[]) {
    this.#tasks = tasks;
  }

  /** Rejects when a task fails. The tasks after it are left for the next time. */
  async runDue(): Promise<void> {
    const now = performance.now();
    for (const task of this.#tasks) {
      if (now < (this.#dueAt.get(task) ?? 0)) continue;
      const isDueAgain = await task.run();
      if (!isDueAgain) this.#dueAt.set(task, now + task.every);
    }
  }
}
