import type { DurableContext } from 'class-events';
import { setTimeout as delay } from 'node:timers/promises';

/** One effect of a handler, noted when it had happened. */
export interface Effect {
  readonly handler: string;
  readonly orderId: string;
  readonly number: number;
  readonly id: string;
  readonly attempt: number;
}

interface Order {
  readonly orderId: string;
  readonly number: number;
}

/** What the handlers have done, outside of the store: what is true of an outbox is true here. */
export class Ledger {
  readonly effects: Effect[] = [];

  /** A handler that does what it is told, and then has had its effect. */
  handler<E extends Order>(handler: string, act?: (event: E, context: DurableContext) => unknown) {
    return async (event: E, context: DurableContext): Promise<void> => {
      await act?.(event, context);
      const { orderId, number } = event;
      this.effects.push({ handler, orderId, number, id: context.id, attempt: context.attempt });
    };
  }

  /** The effects of one handler, as `order/number`. */
  of(handler: string): string[] {
    return this.effects.filter((effect) => effect.handler === handler).map(nameOf);
  }

  /** The numbers that one handler has had of one order. */
  numbers(handler: string, orderId: string): number[] {
    return this.effects
      .filter((effect) => effect.handler === handler && effect.orderId === orderId)
      .map(({ number }) => number);
  }

  /** Resolves when there are as many effects. */
  has(count: number): Promise<void> {
    return until(
      `${count} effects`,
      () => this.effects.length >= count,
      () => this.effects.map(nameOf).join(' '),
    );
  }
}

const nameOf = ({ orderId, number }: Effect): string => `${orderId}/${number}`;

/** Resolves when something has come true; rejects when it has not for long. */
export async function until(
  what: string,
  isTrue: () => unknown,
  instead: () => unknown = () => 'nothing of it',
): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`Waited for ${what}. There was: ${String(await instead())}`);
    await delay(10);
  }
}
