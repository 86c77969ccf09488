import { textOf, type Timers, unrefTimers } from '../../core/index.js';
import { afterNotNow, type WholePolicy } from '../delivery-policy.js';
import type { NotNow } from '../outbox-errors.js';
import type { OutboxProblem } from '../outbox-problem.js';
import type { Gate, Waiting } from './gate.js';

// The longest time (ms) that a timer of the platform can wait. A longer one would end at once.
const longestTimer = 2 ** 31 - 1;

/**
 * An outage of whoever a handler calls.
 *
 * States: `waiting` → `due` (its wait is over) → `probing` (one delivery was let in) → `waiting` again, or the end of
 * the outage, when a delivery succeeds.
 */
interface Outage {
  state: 'waiting' | 'due' | 'probing';
  /** How often in a row a probe has found nobody. */
  vainProbes: number;
  /** Milliseconds. */
  wait: number;
  /** By the process's clock. */
  dueAt: number;
  timer: unknown;
}

/**
 * The handlers whose deliveries say by `NotNow` that whoever they call is away. As long as one is, its deliveries wait
 * in this process, and one of them at a time looks whether that has ended.
 */
export class Outages {
  readonly #onProblem: (problem: OutboxProblem) => void;
  readonly #timers: Timers;
  readonly #outages = new Map<string, Outage>();
  readonly #queues = new Map<string, Set<Waiting>>();

  constructor(onProblem: (problem: OutboxProblem) => void, timers = unrefTimers) {
    this.#onProblem = onProblem;
    this.#timers = timers;
  }

  /** Returns whether the deliveries of a handler wait for the next look. */
  isWaiting(handler: string): boolean {
    return this.#outages.get(handler)?.state === 'waiting';
  }

  /** Puts a gate before another one of the handler, which is closed while there is an outage. */
  gateOf(handler: string, gate: Gate): Gate {
    return {
      enter: () => this.#mayEnter(handler) && gate.enter() && this.#entered(handler),
      leave: () => {
        gate.leave();
        this.#left(handler);
      },
    };
  }

  /** Has a queue wait at the gate of its handler from now on. */
  add(handler: string, queue: Waiting): void {
    const queues = this.#queues.get(handler) ?? new Set();
    this.#queues.set(handler, queues.add(queue));
  }

  remove(handler: string, queue: Waiting): void {
    this.#queues.get(handler)?.delete(queue);
  }

  /** Notes that whoever the handler calls is away. Returns after how many milliseconds the delivery is due again. */
  away(handler: string, policy: WholePolicy, error: NotNow): number {
    const outage = this.#outages.get(handler);
    // One that was begun before the others.
    if (outage?.state === 'waiting') return error.delay ?? Math.max(0, outage.dueAt - performance.now());
    const vainProbes = (outage?.vainProbes ?? 0) + 1;
    const wait = afterNotNow(policy, vainProbes, error);
    const next: Outage = outage ?? { state: 'waiting', vainProbes, wait, dueAt: 0, timer: undefined };
    this.#outages.set(handler, Object.assign(next, { vainProbes, wait }));
    this.#wait(handler, next);
    if (!outage) {
      const message = `Whoever ${handler} calls is away: ${textOf(error)}. Its deliveries wait, one of them looks again and again, and no attempt is counted.`;
      this.#onProblem({ kind: 'handler away', message, handler, error });
    }
    return wait;
  }

  /** Notes that a delivery has succeeded. */
  succeeded(handler: string): void {
    const outage = this.#outages.get(handler);
    if (!outage) return;
    this.#timers.clearTimeout(outage.timer);
    this.#outages.delete(handler);
    const message = `Whoever ${handler} calls is there again. Its deliveries go on.`;
    this.#onProblem({ kind: 'handler back', message, handler });
    this.#begin(handler);
  }

  /** Has each handler look at once whether its outage has ended. */
  probeNow(): void {
    for (const [handler, outage] of this.#outages) if (outage.state === 'waiting') this.#due(handler, outage);
  }

  #mayEnter(handler: string): boolean {
    const outage = this.#outages.get(handler);
    return !outage || outage.state === 'due';
  }

  #entered(handler: string): true {
    const outage = this.#outages.get(handler);
    if (outage) outage.state = 'probing';
    return true;
  }

  #left(handler: string): void {
    const outage = this.#outages.get(handler);
    // It has ended in another way, which says nothing about whoever it calls.
    if (outage?.state === 'probing') this.#wait(handler, outage);
  }

  #wait(handler: string, outage: Outage): void {
    outage.state = 'waiting';
    outage.dueAt = performance.now() + outage.wait;
    this.#timers.clearTimeout(outage.timer);
    outage.timer = this.#timers.setTimeout(() => this.#due(handler, outage), Math.min(outage.wait, longestTimer));
  }

  #due(handler: string, outage: Outage): void {
    if (this.#outages.get(handler) !== outage) return;
    this.#timers.clearTimeout(outage.timer);
    outage.state = 'due';
    this.#begin(handler);
  }

  #begin(handler: string): void {
    for (const queue of this.#queues.get(handler) ?? []) queue.begin();
  }
}
