import type { OutboxStore, BucketAssignment } from 'class-events/outbox';
import type { Ledger } from './crash-ledger.js';
import type { Task } from './task.js';
import { wrapped } from './wrapped.js';

/** The places where a process may kill itself, or stand still until somebody continues it. */
export class FaultPoints {
  readonly #point: Task['point'];
  readonly #ledger: Ledger;
  #count = 0;

  constructor(point: Task['point'], ledger: Ledger) {
    this.#point = point;
    this.#ledger = ledger;
  }

  /** Does not return from the chosen one, or much later. */
  reach(name: string): void {
    if (name !== this.#point?.name || ++this.#count !== this.#point.count) return;
    const { signal = 'SIGKILL' } = this.#point;
    if (signal === 'SIGSTOP') this.#ledger.write('stopped');
    process.kill(process.pid, signal);
  }

  /** Before something, and after it. */
  async around<T>(name: string, run: () => Promise<T>): Promise<T> {
    this.reach(`${name}:before`);
    const value = await run();
    this.reach(`${name}:after`);
    return value;
  }

  /** The same store, with a point on either side of what is asked of it. */
  of(store: OutboxStore): OutboxStore {
    return wrapped<OutboxStore>(store, {
      append: (...args) => this.around('append', () => store.append(...args)),
      notify: () => this.around('notify', () => store.notify()),
      fetch: (...args) => this.around('fetch', () => store.fetch(...args)),
      retries: (...args) => this.around('retries', () => store.retries(...args)),
      data: (...args) => this.around('data', () => store.data(...args)),
      startAttempts: (...args) => this.around('start', () => store.startAttempts(...args)),
      settle: (...args) => this.around('settle', () => store.settle(...args)),
      claim: (...args) => this.around('claim', () => store.claim(...args)),
      fail: (...args) => this.around('fail', () => store.fail(...args)),
      hold: (...args) => this.around('hold', () => store.hold(...args)),
      releaseOrphans: () => this.around('orphans', () => store.releaseOrphans()),
      adopt: (...args) => this.around('adopt', () => store.adopt(...args)),
      prune: (...args) => this.around('prune', () => store.prune(...args)),
      redrive: (...args) => this.around('redrive', () => store.redrive(...args)),
      discard: (...args) => this.around('discard', () => store.discard(...args)),
      replay: (...args) => this.around('replay', () => store.replay(...args)),
      join: async (...args) => this.#assignmentOf(await this.around('join', () => store.join(...args))),
    });
  }

  #assignmentOf(assignment: BucketAssignment): BucketAssignment {
    return wrapped<BucketAssignment>(assignment, {
      release: (...args) => this.around('release', () => assignment.release(...args)),
    });
  }
}

export const both = (...names: readonly string[]): string[] =>
  names.flatMap((name) => [`${name}:before`, `${name}:after`]);

/** Those of a publisher, in the order in which it comes to them. */
export const writerPoints = both('append', 'commit', 'notify');

/** Those of a relay. `commit` is that of a transactional handler. */
export const relayPoints = [
  ...both('join', 'fetch', 'start'),
  'handler:started',
  'handler:effect',
  ...both('settle', 'claim', 'commit', 'fail', 'hold', 'retries', 'data', 'orphans', 'release'),
];
