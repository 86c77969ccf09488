import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { transactional } from 'class-events/domain';
import { Outbox } from 'class-events/outbox';
import { postgres } from 'class-events/outbox/postgres';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import { type Postgres, startPostgres } from '../domain/databases/postgres.js';
import { beginOn } from '../support/pg-transactions.js';

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

function outboxOf(bus: EventBus): Outbox {
  const catalog = new EventCatalog().add(Counted, {
    name: 'shop.counted',
    key: ({ key }) => key,
    read: (data) => new Counted((data as Counted).key, (data as Counted).number),
  });
  return new Outbox({ bus, catalog, store: postgres(pool) });
}

/** A unit of work whose commit waits for something. */
function unitOfWork(bus: EventBus, beforeCommit: () => Promise<unknown> = async () => undefined) {
  return transactional(bus, beginOn(pool, beforeCommit));
}

test('what is committed late comes before what follows it in its key, however much was delivered meanwhile', async () => {
  const bus = new EventBus();
  const outbox = outboxOf(bus);
  const slow: number[] = [];
  let others = 0;
  bus.subscribe(
    Counted,
    ({ key, number }) => {
      if (key === 'slow') slow.push(number);
      else others++;
    },
    { durable: 'shop.count' },
  );
  await outbox.migrate();
  await outbox.start();

  const written = new EventTarget();
  let commit = (): void => undefined;
  const late = unitOfWork(bus, () => {
    written.dispatchEvent(new Event('written'));
    return new Promise<void>((resolve) => (commit = resolve));
  });
  const isWritten = once(written, 'written');
  const first = late(() => bus.publish(new Counted('slow', 1)));
  await isWritten;
  // More than one fetch takes, so that the relay has gone far beyond the place of the first. With few keys at a time: a
  // unit of work with many would lock all keys, and wait for the one that is late.
  for (let number = 1; number <= 60; number++) {
    const publishMany = async (): Promise<void> => {
      for (let key = 0; key < 50; key++) await bus.publish(new Counted(`quick:${key}`, number));
    };
    await unitOfWork(bus)(publishMany);
  }
  while (others < 3_000) await delay(10);
  commit();
  await first;
  await unitOfWork(bus)(() => bus.publish(new Counted('slow', 2)));

  while (slow.length < 2) await delay(10);
  await outbox.stop();
  expect(slow).toEqual([1, 2]);
});
