import { setTimeout as delay } from 'node:timers/promises';
import { Ledger } from './crash-ledger.js';
import { handlerIds } from './handlers.js';
import { Proxy, type Weather } from './proxy.js';
import type { Scenario } from './scenario.js';
import { takeoverAfter } from './task.js';
import type { Trial } from './trial.js';

// Until everybody has noticed, and has what is theirs again.
const aftermath = 1_500;

// The latest deliveries that were settled of these handlers wait again. Those of one of them are ordered.
const forget = `
with settled as (
  select id.handler, e.id, e.seq, e.bucket, e.key from unnest($1::text[]) id (handler) cross join class_events.event e
  where not exists (select from class_events.delivery d where d.handler = id.handler and d.bucket = e.bucket and d.seq = e.seq)
    and not exists (select from class_events.held h where h.handler = id.handler and h.seq = e.seq)
  order by e.seq desc limit 200
), written as (
  insert into class_events.delivery (handler, bucket, seq, key)
  select handler, bucket, seq, case when handler = $2 then key end from settled
)
select id || '/' || handler as id from settled`;

const terminated: Scenario = {
  name: 'connections terminated',
  async run(trial) {
    await trial.startAll({ role: 'writer' }, { role: 'writer' }, { role: 'relay' }, { role: 'relay' });
    for (let round = 0; round < 8; round++) {
      await delay(300 + trial.random.below(400));
      trial.harmed(trial.living(), aftermath);
      await trial.pool.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    }
  },
};

const restarted: Scenario = {
  name: 'server restarted',
  async run(trial) {
    await trial.startAll({ role: 'writer' }, { role: 'writer' }, { role: 'relay' }, { role: 'relay' });
    for (let round = 0; round < 2; round++) {
      await delay(1_000 + trial.random.below(500));
      trial.harmed();
      trial.server.restart();
      trial.harmed(trial.living(), aftermath);
    }
    await delay(1_000);
  },
};

/** Has deliveries wait again that were settled, and ends the sessions of relays. Resolves with their number. */
async function forgetSettled(trial: Trial): Promise<number> {
  const ledger = new Ledger(trial.ledger);
  const client = await trial.pool.connect();
  try {
    await client.query('begin; lock table class_events.delivery, class_events.held');
    trial.harmed();
    const { rows } = await client.query<{ id: string }>(forget, [[handlerIds.mail, handlerIds.index], handlerIds.mail]);
    await client.query(`select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and objid = 64 and objsubid = 2 and granted
        and database = (select oid from pg_database where datname = current_database())`);
    for (const { id } of rows) ledger.write('forgotten', { id });
    await client.query('commit');
    return rows.length;
  } finally {
    client.release(true);
  }
}

/**
 * What a standby that has taken over may not know of: that the last deliveries were settled. It goes on with new sessions. Those of the
 * transactional handler are left out, because their effects would be unknown to it as well.
 */
const failedOver: Scenario = {
  name: 'settled, and forgotten by a failover',
  async run(trial) {
    const relay = { role: 'relay', retention: 3_600_000, failing: 0 } as const;
    await trial.startAll({ role: 'writer' }, { role: 'writer' }, relay, relay);
    for (let round = 0; round < 2; round++) {
      await delay(1_500);
      if ((await forgetSettled(trial)) === 0) trial.violated('nothing was settled');
      trial.harmed(trial.living(), aftermath);
    }
    await delay(1_000);
  },
};

/** Everybody is behind a network, with which something is done. */
async function behindProxy(trial: Trial, harm: (proxy: Proxy) => Promise<void>): Promise<void> {
  const proxy = await Proxy.before(trial.server.port, trial.random);
  const url = trial.server.url(trial.database, proxy.port);
  try {
    await trial.startAll(
      { role: 'writer', url },
      { role: 'writer', url },
      { role: 'relay', url },
      { role: 'relay', url },
    );
    await delay(500);
    await harm(proxy);
    proxy.weather = 'fair';
    trial.harmed(trial.living(), aftermath);
    await trial.drain();
  } finally {
    await trial.endAll();
    proxy.close();
  }
}

const cut: Scenario = {
  name: 'network cut',
  run: (trial) =>
    behindProxy(trial, async (proxy) => {
      for (let round = 0; round < 6; round++) {
        await delay(300 + trial.random.below(300));
        trial.harmed(trial.living(), aftermath);
        proxy.cut();
      }
    }),
};

const inWeather = (name: string, weather: Weather, during: number, lasting = aftermath): Scenario => ({
  name,
  run: (trial) =>
    behindProxy(trial, async (proxy) => {
      proxy.weather = weather;
      for (let left = during; left > 0; left -= 250) {
        await delay(Math.min(left, 250));
        trial.harmed(trial.living(), lasting);
      }
      if (weather === 'swallow' && proxy.swallowed === 0) trial.violated('no answer was lost');
    }),
});

export const outages: readonly Scenario[] = [
  terminated,
  restarted,
  failedOver,
  cut,
  inWeather('network a black hole', 'hole', takeoverAfter * 2),
  inWeather('network slow', 'slow', 4_000),
  inWeather("commits' replies lost", 'swallow', 4_000),
];
