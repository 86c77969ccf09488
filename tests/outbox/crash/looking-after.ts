import { setTimeout as delay } from 'node:timers/promises';
import { postgres } from 'class-events/outbox/postgres';
import { both } from './fault-points.js';
import { handlerIds } from './handlers.js';
import { readLedger } from './crash-ledger.js';
import { reachAll } from './reaching.js';
import type { Scenario } from './scenario.js';
import type { Task } from './task.js';
import type { Trial } from './trial.js';

/** While something is done, relays and publishers are killed from time to time, and there are others at once. */
async function amidKills(trial: Trial, orders: readonly Task['role'][], order: object, work: Promise<void>) {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  const kept = orders.map((role) => trial.keep(() => ({ ...order, role }), over));
  while (!isOver) {
    await Promise.race([over, delay(300 + trial.random.below(500))]);
    const mortal = trial.living().filter(({ task }) => task.point === undefined && task.role !== 'operator');
    if (!isOver) trial.random.shuffled(mortal)[0]?.signal('SIGKILL');
  }
  await Promise.all([...kept, over]);
}

/** Ends those with this role as they should be ended. */
async function end(trial: Trial, role: Task['role']): Promise<void> {
  const processes = trial.living(role);
  for (const process of processes) process.end();
  await Promise.all(processes.map(({ whenEnded }) => whenEnded));
}

const deadLetters: Scenario = {
  name: 'dead letters redriven and discarded',
  async run(trial) {
    const looking = (async () => {
      for (let round = 0; round < 3; round++) {
        await reachAll(trial, { role: 'operator' }, both('redrive', 'discard'));
      }
    })();
    await amidKills(trial, ['writer', 'relay', 'relay'], { attempts: 2, failing: 0.3, rest: 20 }, looking);
    await end(trial, 'writer');
    await end(trial, 'relay');
    await trial.start({ role: 'relay', failing: 0 });
    const store = postgres(trial.pool);
    const areNone = async (): Promise<boolean> =>
      (await store.redrive({ state: 'dead', after: undefined, limit: 1_000 })).count === 0;
    if (!(await trial.until(areNone))) trial.violated('dead letters are left');
  },
};

/** Everything that is in the log by now, and all that has come of it for the handler so far. */
async function replayedWhole(trial: Trial, handler: string): Promise<() => Promise<number>> {
  const { rows } = await trial.pool.query<{ token: string }>(`select data->>'token' as token from class_events.event`);
  await trial.start({ role: 'operator', replays: handler }).then(({ whenEnded }) => whenEnded);
  return async () => {
    const { rows: booked } = await trial.pool.query<{ token: string; id: string }>(
      'select token, id from shop.booking',
    );
    const effects = readLedger(trial.ledger).filter(({ what }) => what === 'effect');
    const again = new Set(
      [...booked, ...effects].filter(({ id }) => id!.includes(`/${handler}#`)).map(({ token }) => token),
    );
    return rows.filter(({ token }) => !again.has(token)).length;
  };
}

const replaying: Scenario = {
  name: 'replayed amid live traffic',
  async run(trial) {
    const retention = 3_600_000;
    // Enough for several steps of a replay.
    const writer = { role: 'writer', atOnce: 10, rest: 1 } as const;
    await trial.startAll(writer, writer, { role: 'relay', retention });
    if (!(await trial.until(async () => (await trial.events()) > 1_200))) trial.violated('there is little to replay');
    await end(trial, 'writer');
    const replayed = [handlerIds.mail, handlerIds.books];
    const missing: (() => Promise<number>)[] = [];
    const work = (async () => {
      for (const handler of replayed) await reachAll(trial, { role: 'operator', replays: handler }, both('replay'));
      for (const handler of replayed) missing.push(await replayedWhole(trial, handler));
    })();
    await amidKills(trial, ['writer', 'relay', 'relay'], { retention, rest: 20 }, work);
    await trial.drain();
    for (const [at, handler] of replayed.entries()) {
      const count = await missing[at]!();
      if (count > 0) trial.violated(`${handler} was not given ${count} events again`);
    }
    const again = readLedger(trial.ledger).filter(({ what, id }) => what === 'started' && id?.includes('#'));
    const byOthers = again.filter(({ handler }) => !replayed.some((id) => id === handler));
    if (byOthers.length > 0) trial.violated(`${byOthers.length} deliveries of replays were made to others`);
  },
};

const renaming: Scenario = {
  name: 'handlers renamed amid live traffic',
  async run(trial) {
    const isRenamed = true;
    // What they leave behind has failed, waits for what has, is at work, or has not been fetched.
    const [, ...old] = await trial.startAll(
      { role: 'writer', rest: 5 },
      { role: 'relay', failing: 0.3, work: 50 },
      { role: 'relay', failing: 0.3, work: 50 },
    );
    await delay(1_500);
    for (const relay of old) relay.signal('SIGKILL');
    const adopting = (async () => {
      for (let round = 0; round < 3; round++) {
        await reachAll(trial, { role: 'relay', isRenamed, failing: 0.1 }, both('adopt', 'adopt', 'fetch'));
      }
    })();
    // Publishers of the old ids stay to the end, beside one of the new ids.
    await trial.start({ role: 'writer', isRenamed, rest: 15 });
    await amidKills(trial, ['writer', 'writer'], { rest: 15 }, adopting);
    await end(trial, 'writer');
    await trial.startAll({ role: 'relay', isRenamed, failing: 0 }, { role: 'relay', isRenamed, failing: 0 });
  },
};

const pruning: Scenario = {
  name: 'killed while it prunes',
  async run(trial) {
    await trial.startAll({ role: 'writer', rest: 5 }, { role: 'writer', rest: 5 });
    for (let round = 0; round < 3; round++) {
      const [relay] = await trial.startAll({ role: 'relay' });
      await delay(700);
      relay!.end();
      await relay!.whenEnded;
      // Alone, for it is the holder of one bucket who prunes.
      await reachAll(trial, { role: 'relay' }, both('prune'), 1);
    }
  },
};

export const lookingAfter: readonly Scenario[] = [deadLetters, replaying, renaming, pruning];
