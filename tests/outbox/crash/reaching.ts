import type { Order, Trial } from './trial.js';

// Points that a process comes to once, or not often.
const rare = /^(join|orphans|release|data|hold|prune|replay|redrive|discard)/;

/** Several at a time, each with the next point, at which it is killed, until all have been reached. */
export async function reachAll(trial: Trial, order: Order, points: readonly string[], atOnce = 2): Promise<void> {
  const left = trial.random.shuffled(points);
  const next = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      const count = rare.test(name) ? 1 : 1 + trial.random.below(12);
      const process = await trial.start({ ...order, point: { name, count } });
      if (await trial.until(() => process.hasEnded, 12_000)) continue;
      trial.violated(`the point ${name} was not reached`);
      process.signal('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}
