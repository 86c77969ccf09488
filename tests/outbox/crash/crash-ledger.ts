import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A line of the ledger. Times are milliseconds of the system's clock. */
export interface LedgerLine {
  /**
   * `started`: a handler was called. `effect`: it has done outside what cannot be undone. `failed`: it has thrown. `settled`: the store has
   * confirmed that the delivery is over. `error`: a publisher was refused. `harmed`: the process was not itself until now.
   * `problem`: the outbox has told its operator. `doomed`: this delivery is to end as a dead letter. `stopped`: the process stands still
   * from here on. `discarding`: an operator gives this delivery up. `replayed`: so many deliveries were written again.
   */
  readonly what:
    | 'started'
    | 'effect'
    | 'failed'
    | 'settled'
    | 'error'
    | 'harmed'
    | 'problem'
    | 'doomed'
    | 'stopped'
    | 'discarding'
    | 'replayed';
  readonly at: number;
  readonly pid: number;
  readonly handler?: string;
  /** Of the delivery: the handler's idempotency key. */
  readonly id?: string;
  /** Of the event, chosen by its publisher. */
  readonly token?: string;
  readonly key?: string;
  readonly message?: string;
}

/** A file that any number of processes append to. A line is one write, so a kill leaves it out or leaves it whole. */
export class Ledger {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  write(what: LedgerLine['what'], about: Omit<LedgerLine, 'what' | 'at' | 'pid'> = {}): void {
    const line: LedgerLine = { what, at: Date.now(), pid: process.pid, ...about };
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/** What is in it so far. */
export function readLedger(path: string): readonly LedgerLine[] {
  if (!existsSync(path)) return [];
  // What stands behind the last end of a line is being written.
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as LedgerLine);
}
