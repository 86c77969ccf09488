import { setTimeout as delay } from 'node:timers/promises';
import type { Process } from './process.js';
import type { Order, Trial } from './trial.js';

// Points that a process comes to once, or not often.
const rare = /^(join|orphans|release|data|hold|prune|replay|redrive|discard)/;

/** A bucket is released when another relay lacks buckets: guests come and go until the process has come to its point. */
async function receiveGuests(trial: Trial, process: Process, order: Order): Promise<void> {
  while (!process.hasEnded) {
    const guest = await trial.start(order);
    await Promise.race([process.whenEnded, delay(2_000)]);
    guest.end();
    await guest.whenEnded;
    await Promise.race([process.whenEnded, delay(500)]);
  }
}

/** Several at a time, each with the next point, at which it is killed, until all have been reached. */
export async function reachAll(trial: Trial, order: Order, points: readonly string[], atOnce = 2): Promise<void> {
  const left = trial.random.shuffled(points);
  const next = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      const count = rare.test(name) ? 1 : 1 + trial.random.below(12);
      const process = await trial.start({ ...order, point: { name, count } });
      const guests = name.startsWith('release') ? receiveGuests(trial, process, order) : undefined;
      if (!(await trial.until(() => process.hasEnded))) {
        trial.violated(`the point ${name} was not reached`);
        process.signal('SIGKILL');
      }
      await guests;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}
