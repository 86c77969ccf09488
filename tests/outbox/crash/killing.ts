import { setTimeout as delay } from 'node:timers/promises';
import { relayPoints, writerPoints } from './fault-points.js';
import { reachAll } from './reaching.js';
import type { Scenario } from './scenario.js';
import type { Task } from './task.js';
import type { Trial } from './trial.js';

const publishing: Scenario = {
  name: 'points of publishing',
  async run(trial) {
    await trial.start({ role: 'relay' });
    for (let round = 0; round < 3; round++) await reachAll(trial, { role: 'writer', failing: 0 }, writerPoints);
  },
};

const delivering: Scenario = {
  name: 'points of delivering',
  async run(trial) {
    await trial.startAll({ role: 'writer', rest: 25 }, { role: 'writer', rest: 25 });
    await reachAll(trial, { role: 'relay', failing: 0.1 }, relayPoints);
  },
};

const atRandom: Scenario = {
  name: 'killed at random',
  async run(trial) {
    const enough = delay(6_000);
    const kept = (role: Task['role']) => trial.keep(() => ({ role }), enough);
    const all = Promise.all([kept('writer'), kept('writer'), kept('relay'), kept('relay'), kept('relay')]);
    const killing = async (): Promise<void> => {
      let isEnough = false;
      void enough.then(() => (isEnough = true));
      while (!isEnough) {
        await delay(100 + trial.random.below(500));
        trial.random.shuffled(trial.living())[0]?.signal('SIGKILL');
      }
    };
    await Promise.all([all, killing()]);
  },
};

/** The statements of relays and publishers stand still on the server, and meanwhile `harm` happens. */
async function midStatement(
  trial: Trial,
  harm: (trial: Trial, blocked: readonly number[]) => Promise<void>,
): Promise<void> {
  for (const table of ['delivery', 'event', 'delivery', 'held']) {
    await trial.startAll(
      { role: 'writer', failing: 0.1 },
      { role: 'relay', failing: 0.1 },
      { role: 'relay', failing: 0.1 },
    );
    await delay(500);
    const client = await trial.pool.connect();
    await client.query(`begin; lock table class_events.${table} in share mode`);
    let blocked: number[] = [];
    await trial.until(async () => {
      const { rows } = await client.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      blocked = rows.map(({ pid }) => pid);
      return blocked.length >= 3;
    }, 1_000);
    if (blocked.length === 0) trial.violated(`nothing waited for ${table}`);
    await harm(trial, blocked);
    await client.query('rollback');
    client.release();
  }
}

const whileAsking: Scenario = {
  name: 'killed while the server works',
  run: (trial) =>
    midStatement(trial, async () => {
      const killed = trial.living();
      for (const process of killed) process.signal('SIGKILL');
      await Promise.all(killed.map(({ whenEnded }) => whenEnded));
    }),
};

const statements: Scenario = {
  name: 'statements terminated',
  run: (trial) =>
    midStatement(trial, async (_, blocked) => {
      trial.harmed(trial.living(), 1_500);
      await trial.pool.query('select pg_terminate_backend(pid) from unnest($1::integer[]) pid', [blocked]);
    }),
};

export const killing: readonly Scenario[] = [publishing, delivering, atRandom, whileAsking, statements];
