import type { DurableHandlers } from '../durable-handlers.js';
import type { OutboxProblem } from '../outbox-problem.js';
import type { LimitingStore } from '../store/limiting-store.js';
import { type Gate, openGate, type Waiting } from './gate.js';
import { LimitedGate } from './limited-gate.js';

/** What it takes to keep limits. */
export interface GatesOptions {
  readonly store: LimitingStore;
  readonly handlers: DurableHandlers;
  /** After so many milliseconds of silence the permits of this process are free. */
  readonly lease: number;
  readonly onProblem: (problem: OutboxProblem) => void;
}

/** The gates of all handlers. A handler and its replays have one. */
export class Gates {
  readonly #options: GatesOptions;
  readonly #gates = new Map<string, LimitedGate>();

  constructor(options: GatesOptions) {
    this.#options = options;
  }

  /** Returns the gate of a durable id. */
  of(handler: string): Gate {
    const { limit } = this.#options.handlers.policyOf(handler);
    if (limit.concurrency === undefined && limit.count === undefined) return openGate;
    let gate = this.#gates.get(handler);
    if (!gate) this.#gates.set(handler, (gate = new LimitedGate({ ...this.#options, handler, limit })));
    return gate;
  }

  /** Has a queue wait at the gate of its handler from now on. */
  add(handler: string, queue: Waiting): void {
    this.#gates.get(handler)?.add(queue);
  }

  remove(handler: string, queue: Waiting): void {
    this.#gates.get(handler)?.remove(queue);
  }

  /** Gives back what no delivery uses. Resolves when that is done. */
  async close(): Promise<void> {
    await Promise.all([...this.#gates.values()].map((gate) => gate.close()));
  }
}
