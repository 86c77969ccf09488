import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { transactional } from 'class-events/domain';
import { Outbox, type OutboxStore, Permanent } from 'class-events/outbox';
import { postgres } from 'class-events/outbox/postgres';
import { Pool } from 'pg';
import { bucketOf } from '../../src/outbox/store/bucket.js';
import { type Postgres, startPostgres } from '../domain/databases/postgres.js';
import { beginOn } from '../support/pg-transactions.js';
import { wrapped } from './crash/wrapped.js';

class Counted {
  constructor(
    readonly key: string,
    readonly number: number,
  ) {}
}

let server: Postgres;
let pool: Pool;

beforeAll(async () => {
  server = await startPostgres();
  pool = new Pool({ connectionString: server.url });
});

afterAll(async () => {
  await pool.end();
  await server.stop();
});

/** Both keys are in one bucket, so that the place up to which it was seen is the same for both. */
const blocked = 'blocked';
const other = Array.from({ length: 1_000 }, (_, n) => `other:${n}`).find((key) => bucketOf(key) === bucketOf(blocked))!;

test('what waited for a dead letter comes before what is published when it is discarded, however far back it lies', async () => {
  const bus = new EventBus();
  const catalog = new EventCatalog().add(Counted, {
    name: 'counted',
    key: ({ key }) => key,
    read: (data) => new Counted(...(Object.values(data as object) as [string, number])),
  });
  const store = postgres(pool);
  let answering: Promise<unknown> = Promise.resolve();
  let asked = 0;
  const gated: OutboxStore = wrapped<OutboxStore>(store, {
    fetch: async (wanted) => {
      asked++;
      await answering;
      return store.fetch(wanted);
    },
  });
  const outbox = new Outbox({ bus, catalog, store: gated, pollInterval: 20, onProblem: () => undefined });
  const seen: Counted[] = [];
  bus.subscribe(
    Counted,
    (event) => {
      if (event.key === blocked && event.number === 1) throw new Permanent('It cannot be done.');
      seen.push(event);
    },
    { durable: 'tests.count' },
  );
  await outbox.migrate();
  const unitOfWork = transactional(bus, beginOn(pool));
  const publish = (...events: Counted[]) =>
    unitOfWork(async () => {
      for (const event of events) await bus.publish(event);
    });
  const until = async (isSo: () => Promise<boolean> | boolean): Promise<void> => {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await outbox.start();

  await publish(...[1, 2, 3].map((number) => new Counted(blocked, number)));
  await until(async () => (await outbox.deadLetters.list()).length === 1);
  await publish(...Array.from({ length: 1_100 }, (_, number) => new Counted(other, number)));
  await until(() => seen.length === 1_100);
  // The relay has asked, and is not answered before these two have happened.
  let open = (): void => {};
  answering = new Promise<void>((resolve) => (open = resolve));
  asked = 0;
  await until(() => asked > 0);
  await store.discard({ state: 'dead', after: undefined, limit: 1 });
  await publish(new Counted(blocked, 4));
  open();
  await until(() => seen.length === 1_103);
  await outbox.stop();

  expect(seen.slice(-3).map(({ number }) => number)).toEqual([2, 3, 4]);
});
