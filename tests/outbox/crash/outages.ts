import { setTimeout as delay } from 'node:timers/promises';
import { Proxy, type Weather } from './proxy.js';
import type { Scenario } from './scenario.js';
import { takeoverAfter } from './task.js';
import type { Trial } from './trial.js';

// Until everybody has noticed, and has what is theirs again.
const aftermath = 1_500;

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
  cut,
  inWeather('network a black hole', 'hole', takeoverAfter * 2),
  inWeather('network slow', 'slow', 4_000),
  inWeather("commits' replies lost", 'swallow', 4_000),
];
