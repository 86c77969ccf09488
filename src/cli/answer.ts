import { writeSync } from 'node:fs';
import { escapeControl, escapeLines, textOf } from '../core/index.js';
import { CommandError, type CommandResult } from './command.js';

// As they are before the user's module replaces them.
const { setImmediate, setTimeout } = globalThis;

/**
 * What the process says at its end, and its exit code. It is *open*, then *given* (it is being written), then *over*.
 * The user's module runs in the same process: what it does to that before the answer is over is a failure, exit code 2.
 */
export class Answer {
  readonly #output: NodeJS.WriteStream;
  readonly #errors: NodeJS.WriteStream;
  #exitCode: 0 | 1 | 2 = 0;
  #state: 'open' | 'given' | 'over' = 'open';

  /** Standard output is for the answer alone: what the user's module prints goes to standard error. */
  constructor({ stdout, stderr }: NodeJS.Process) {
    this.#output = stdout;
    this.#errors = stderr;
    Reflect.defineProperty(process, 'stdout', { configurable: true, enumerable: true, get: () => stderr });
    process.on('uncaughtException', (error) => this.fail(error));
    process.on('exit', (code) => this.#exit(code));
    process.once('beforeExit', () =>
      this.fail(new CommandError('The entry waits for something that never comes, so there is nothing to look at.')),
    );
  }

  /** Says what came of the command, if the user's module has not failed in its first turns. */
  async give({ output, exitCode }: CommandResult): Promise<void> {
    // What it does not wait for is due now: rejections that nobody handles, timers of no time.
    await new Promise((turn) => setTimeout(turn));
    await new Promise((turn) => setImmediate(turn));
    if (this.#state === 'open') this.#end(exitCode, this.#output, output);
  }

  readonly fail = (error: unknown): void => {
    const problem =
      error instanceof CommandError
        ? error.message
        : `${textOf(error)}. Run the entry by itself to see where; if that works, the fault is in class-events: please report it.`;
    this.#end(2, this.#errors, lineOf(problem));
  };

  /** The user's module may hold timers and sockets, so the process is ended, when all that was written has left it. */
  #end(exitCode: 0 | 1 | 2, stream: NodeJS.WriteStream, text: string): void {
    if (exitCode >= this.#exitCode) this.#exitCode = exitCode;
    this.#state = 'given';
    // A failure that comes while this is written has the last word.
    const leave = (): void => {
      if (exitCode === this.#exitCode) this.#leave();
    };
    // The reader may have enough before the end (`| head`).
    stream.on('error', leave);
    stream.write(escapeLines(text), leave);
  }

  #leave(): void {
    this.#state = 'over';
    // Behind all listeners of the user's module: otherwise one of them could choose another exit code.
    process.on('exit', () => void (process.exitCode = this.#exitCode));
    process.exit(this.#exitCode);
  }

  /** The user's module ends the process, and with it the command. */
  #exit(code: number): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    process.exitCode = 2;
    const problem = `Something that the entry imports ended the process, by process.exit(${code}), before the command was done. Take that out, or leave it to a function that the wiring does not need.`;
    try {
      writeSync(2, lineOf(problem));
    } catch {
      // Nobody reads any more. The exit code says it.
    }
  }
}

function lineOf(problem: string): string {
  return `class-events: ${escapeControl(problem.replaceAll(/\s*\n\s*/g, ' '))}\n`;
}
