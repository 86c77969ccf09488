import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Task } from './task.js';

/** A process of the application, seen from outside. */
export class Process {
  readonly task: Task;
  readonly #child: ChildProcess;
  /** What it has said on standard error. */
  errors = '';
  /** Resolves when it works, or has ended before. */
  readonly whenReady: Promise<unknown>;
  /** Resolves with the signal or the code that it ended by. */
  readonly whenEnded: Promise<NodeJS.Signals | number>;
  hasEnded = false;

  constructor(program: string, task: Task, execArgv: readonly string[]) {
    this.task = task;
    this.#child = fork(program, [JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [...execArgv],
    });
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.errors = (this.errors + String(chunk)).slice(-4_000)));
    this.whenEnded = once(this.#child, 'exit').then(([code, signal]) => {
      this.hasEnded = true;
      return (signal ?? code) as NodeJS.Signals | number;
    });
    this.whenReady = Promise.race([once(this.#child, 'message'), this.whenEnded]);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Tells it to finish what it does. */
  end(): void {
    if (this.#child.connected) this.#child.send('end');
  }
}
