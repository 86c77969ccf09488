import { textOf } from '../../core/index.js';
import type { OutboxProblem } from '../outbox-problem.js';
import type { HandlerLimit, LimitingStore, PermitRequest, Permits } from '../store/limiting-store.js';
import { Alarm } from './alarm.js';
import type { Gate, Waiting } from './gate.js';

/** What it takes to keep the limits of one handler. */
export interface LimitedGateOptions {
  readonly store: LimitingStore;
  /** The durable id. */
  readonly handler: string;
  readonly limit: HandlerLimit;
  /** After so many milliseconds of silence the permits of this process are free. */
  readonly lease: number;
  readonly onProblem: (problem: OutboxProblem) => void;
}

// How often (ms) the store is asked for permits while this process has none, and while it has some.
const askInterval = 20;
const askAgainInterval = 100;
// How long (ms) a process goes on with the permits that it has while others wait for some.
const turn = 1_000;
// How often (ms) the store is told of permits that are kept, and asked whether others wait.
const renewInterval = 250;
const shortestPause = 5;
const longestPause = 5_000;

/**
 * A gate that keeps the limits of one handler over all processes: its permits are those that the store has given to
 * this one. A permit is used by one delivery after another, as long as nobody else waits or the turn of this process is
 * not over.
 *
 * States: idle → asking → idle. It asks as long as something waits or a permit is kept.
 */
export class LimitedGate implements Gate {
  readonly #options: LimitedGateOptions;
  readonly #holder = crypto.randomUUID();
  readonly #alarm = new Alarm();
  readonly #queues = new Set<Waiting>();
  #running = 0;
  /** Permits that no delivery uses. */
  #free = 0;
  /** Deliveries that may begin now. Those that do not are lost. */
  #starts = 0;
  /** Whether another process waits for permits. */
  #isContended = false;
  /** Whether this one does. */
  #isWaiting = false;
  #turnEndsAt = 0;
  #isClosed = false;
  #asking: Promise<void> | undefined;

  constructor(options: LimitedGateOptions) {
    this.#options = options;
  }

  /** Has a queue wait at this gate from now on. */
  add(queue: Waiting): void {
    this.#queues.add(queue);
  }

  remove(queue: Waiting): void {
    this.#queues.delete(queue);
  }

  enter(): boolean {
    const { concurrency, count } = this.#options.limit;
    const isOpen = (concurrency === undefined || this.#mayReuse) && (count === undefined || this.#starts > 0);
    if (!isOpen || this.#isClosed) {
      // Otherwise the store knows that this process wants more than it has, and is asked again soon.
      if (!this.#isWaiting) this.#ask();
      return false;
    }
    this.#running++;
    this.#free--;
    this.#starts--;
    return true;
  }

  leave(): void {
    this.#running--;
    this.#free++;
    // After the queue of the delivery, which has gone on by itself: nobody here needs what is free now.
    queueMicrotask(() => {
      if (this.#free > 0) this.#ask();
    });
  }

  /** Gives back what no delivery uses. Resolves when that is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#alarm.ring();
    await this.#asking;
  }

  /** Whether there is a permit that need not be given to somebody else. */
  get #mayReuse(): boolean {
    return this.#free > 0 && !(this.#isContended && performance.now() >= this.#turnEndsAt);
  }

  get #readyCount(): number {
    if (this.#isClosed) return 0;
    let count = 0;
    for (const { readyCount } of this.#queues) count += readyCount;
    return count;
  }

  #ask(): void {
    if (this.#asking) this.#alarm.ring();
    else if (!this.#isClosed) this.#asking = this.#run();
  }

  async #run(): Promise<void> {
    for (let failures = 0; ;) {
      let pause: number;
      try {
        const request = this.#request();
        const permits = await this.#options.store.exchangePermits(request);
        failures = 0;
        this.#take(request, permits);
        if (request.kept + request.starts === 0 && this.#readyCount === 0 && !this.#keeps) break;
        pause = this.#pauseAfter(request, permits);
      } catch (error) {
        pause = Math.min(longestPause, 50 * 2 ** ++failures);
        const { handler, onProblem } = this.#options;
        const message = `The store failed while it was asked for the limit of '${handler}', which is tried again: ${textOf(error)}`;
        onProblem({ kind: 'unavailable', message, error });
      }
      // What is still kept then is free after the lease.
      if (this.#isClosed && (failures > 0 || this.#free <= 0)) break;
      await this.#alarm.wait(pause);
    }
    this.#asking = undefined;
    this.#isWaiting = false;
  }

  /** Whether it has permits. */
  get #keeps(): boolean {
    return this.#isConcurrencyLimited && this.#running + this.#free > 0;
  }

  get #isConcurrencyLimited(): boolean {
    return this.#options.limit.concurrency !== undefined;
  }

  /** What it gives back with the request is gone at once. */
  #request(): PermitRequest {
    const { handler, limit, lease } = this.#options;
    const common = { handler, limit, holder: this.#holder, lease, starts: this.#readyCount };
    if (!this.#isConcurrencyLimited) return { ...common, kept: 0, free: 0, wanted: 0 };
    const free = this.#mayReuse ? Math.min(this.#free, common.starts) : 0;
    this.#free = free;
    return { ...common, kept: this.#running + free, free, wanted: common.starts - free };
  }

  #take({ wanted, starts: ready }: PermitRequest, { granted, starts, isContended }: Permits): void {
    if (this.#isConcurrencyLimited) this.#free += granted;
    if (granted > 0) this.#turnEndsAt = performance.now() + turn;
    this.#isContended = isContended;
    this.#isWaiting = granted < wanted || starts < ready;
    this.#starts = starts;
    for (const queue of this.#queues) queue.begin();
    // A later delivery would begin too early with what is left.
    this.#starts = 0;
  }

  #pauseAfter({ kept, wanted, starts: ready }: PermitRequest, { granted, starts, wait }: Permits): number {
    const has = kept + granted > 0;
    const hasAll = kept + granted >= (this.#options.limit.concurrency ?? Infinity);
    if (granted < wanted && !hasAll) return has ? askAgainInterval : askInterval;
    const longest = has ? renewInterval : longestPause;
    return starts < ready ? Math.min(longest, Math.max(shortestPause, wait)) : longest;
  }
}
