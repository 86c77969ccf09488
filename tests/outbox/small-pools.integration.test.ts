import { join } from 'node:path';
import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { Outbox } from 'class-events/outbox';
import { postgres, type PostgresOptions } from 'class-events/outbox/postgres';
import { Pool } from 'pg';
import { type Postgres, startPostgres } from '../domain/databases/postgres.js';
import { runProgram } from '../support/child-process.js';
import { rejectionOf } from '../support/rejection.js';
import { until } from './ledger.js';

let server: Postgres;
const pools: Pool[] = [];

beforeAll(async () => {
  server = await startPostgres();
  await postgres(poolOf(2)).migrate();
});
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
});
afterAll(() => server.stop());

function poolOf(max: number): Pool {
  const pool = new Pool({ connectionString: server.url, max });
  pools.push(pool);
  return pool;
}

const outboxOn = (pool: Pool, options: PostgresOptions = {}): Outbox =>
  new Outbox({ bus: new EventBus(), catalog: new EventCatalog(), store: postgres(pool, options) });

it('a pool of one connection is refused at start, and loses none', async () => {
  const pool = poolOf(1);
  const outbox = outboxOn(pool);
  const error = await rejectionOf(outbox.start());
  expect(error).toBeInstanceOf(TypeError);
  expect(String(error)).toMatch(
    /The pool has one client \('max: 1'\), which a relay would keep to itself.*two or more/,
  );
  await outbox.stop();
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

it('a pool with no connection free makes start reject, and loses none', async () => {
  const pool = poolOf(2);
  const busy = await pool.connect();
  const outbox = outboxOn(pool, { queryTimeout: 300 });
  expect(String(await rejectionOf(outbox.start()))).toMatch(
    /^OutboxError: The pool had no connection free within 300 ms\..*'max'/,
  );
  await pool.query('select 1 as one');
  busy.release();
});

it('an outbox that is stopped while it starts gives back the connection that it has', async () => {
  const pool = poolOf(2);
  const busy = await pool.connect();
  const outbox = outboxOn(pool, { queryTimeout: 600_000 });
  const starting = outbox.start();
  await until('a start that waits for its second connection', () => pool.waitingCount === 1);
  await outbox.stop({ timeout: 1_000 });
  await pool.query('select 1 as one');
  await starting;
  let taken = 0;
  pool.on('acquire', () => taken++);
  await pool.query('select 1 as one');
  expect(taken).toBe(1); // by the test alone
  busy.release();
});

it('asking an outbox waits no longer for a connection than for an answer', async () => {
  const pool = poolOf(1);
  const busy = await pool.connect();
  const outbox = outboxOn(pool, { queryTimeout: 300 });
  for (const ask of [outbox.status(), outbox.migrate(), outbox.deadLetters.list()]) {
    expect(String(await rejectionOf(ask))).toMatch(/^OutboxError: The pool had no connection free within 300 ms/);
  }
  busy.release();
  // What came too late was given back.
  expect(await outbox.migrate()).toEqual([]);
});

it('a program whose outbox cannot start ends with an error, and not as if it had done its work', async () => {
  const worker = await runProgram(join(__dirname, 'children/plain-worker.ts'), [], { SHOP_DATABASE: server.url });
  expect(worker).toMatchObject({ code: 1, stdout: '' });
  expect(worker.stderr).toMatch(/OutboxError: The pool had no connection free within 1000 ms/);
});
