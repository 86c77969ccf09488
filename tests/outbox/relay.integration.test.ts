/** @jest-environment ./tests/domain/databases/pglite-environment.cjs */
import { setTimeout as delay } from 'node:timers/promises';
import { Deferred } from '../support/deferred.js';
import { rejectionOf } from '../support/rejection.js';
import type { OutboxDatabase } from './database.js';
import { inPGlite } from './postgres-database.js';
import { withFaults } from './faults.js';
import { until } from './ledger.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

let database: OutboxDatabase;
beforeAll(async () => {
  database = await inPGlite();
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(() => database.close());

describe('a relay that is stopped', () => {
  it('gives back the buckets that it gets later', async () => {
    const store = database.store();
    const answer = new Deferred();
    const join: typeof store.join = async (...given) => {
      await answer.promise;
      return store.join(...given);
    };
    const shop = new Shop(database, { store: withFaults(store, { join }) });
    const starting = shop.outbox.start();
    await shop.outbox.stop({ timeout: 1 });
    answer.resolve();
    await starting;
    expect(await shop.outbox.status()).toMatchObject({ relays: 0, buckets: { taken: 0 } });
  });

  it('is waited for by everybody who stops it', async () => {
    const [atWork, done] = [new Deferred(), new Deferred()];
    const shop = new Shop(database);
    const work = (): Promise<void> => {
      atWork.resolve();
      return done.promise;
    };
    shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', work), { durable: 'mail.receipt' });
    await shop.outbox.start();
    await shop.place('o-1');
    await atWork.promise;
    const stopping = shop.outbox.stop();
    expect(shop.outbox.stop()).toBe(stopping);
    done.resolve();
    await stopping;
    expect((await shop.outbox.status()).handlers).toEqual([]);
    await shop.outbox.stop();
  });

  it('takes its time once, although handlers and the store both hang', async () => {
    const atWork = new Deferred();
    const store = database.store();
    let isHanging = false;
    const fetch: typeof store.fetch = (wanted) => (isHanging ? new Promise(() => {}) : store.fetch(wanted));
    const shop = new Shop(database, { store: withFaults(store, { fetch }) });
    const work = (): Promise<void> => {
      isHanging = true;
      atWork.resolve();
      return new Promise(() => {});
    };
    shop.bus.subscribe(OrderPlaced, work, { durable: 'mail.receipt', mode: 'async' });
    await shop.outbox.start();
    await shop.place('o-1');
    await atWork.promise;
    const stopping = rejectionOf(shop.outbox.stop({ timeout: 2_000 })).then(() => 'stopped');
    expect(await Promise.race([stopping, delay(3_600, 'not yet')])).toBe('stopped');
  });
});

describe('a relay', () => {
  it('does not ask for a replay any more that is over', async () => {
    const store = database.store();
    let asked: readonly string[] = [];
    const fetch: typeof store.fetch = (wanted) => {
      asked = wanted.map(({ handler }) => handler);
      return store.fetch(wanted);
    };
    const shop = new Shop(database, { store: withFaults(store, { fetch }) });
    shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
    await shop.outbox.start();
    await shop.place('o-1');
    await shop.drained();
    await shop.outbox.replay({ handler: 'mail.receipt' });
    await shop.ledger.has(2);
    await until(
      'the live deliveries alone',
      () => String(asked) === 'mail.receipt',
      () => asked,
    );
  });
});
