import { setTimeout as delay } from 'node:timers/promises';
import type { DeadLetter, Outbox } from 'class-events/outbox';
import { asBefore } from './handlers.js';
import type { Ledger } from './crash-ledger.js';
import type { Random } from './random.js';
import type { Task } from './task.js';

/** Somebody at a console: has everything delivered to one handler again, or looks after the dead letters until it is told to end. */
export class Operator {
  readonly #outbox: Outbox;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #task: Task;
  #isEnding = false;

  constructor(outbox: Outbox, ledger: Ledger, random: Random, task: Task) {
    this.#outbox = outbox;
    this.#ledger = ledger;
    this.#random = random;
    this.#task = task;
  }

  async run(): Promise<void> {
    const { replays: handler } = this.#task;
    if (handler !== undefined) {
      const count = await this.#outbox.replay({ handler });
      this.#ledger.write('replayed', { handler, message: String(count) });
      return;
    }
    while (!this.#isEnding) {
      for (const letter of await this.#outbox.deadLetters.list({ limit: 20 })) await this.#decide(letter);
      await delay(20);
    }
  }

  end(): void {
    this.#isEnding = true;
  }

  async #decide({ handler, seq, data }: DeadLetter): Promise<void> {
    if (!this.#random.chance(0.3)) {
      await this.#outbox.deadLetters.redrive({ handler, seq });
      return;
    }
    const { token } = JSON.parse(data) as { token: string };
    this.#ledger.write('discarding', { handler: asBefore(handler), token });
    await this.#outbox.deadLetters.discard({ handler, seq });
  }
}
