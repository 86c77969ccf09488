import { EventBus } from 'class-events';
import { transactional } from 'class-events/domain';
import { Outbox, type OutboxProblem } from 'class-events/outbox';
import { type PgClient, type PgPool, postgres, type PostgresOptions } from 'class-events/outbox/postgres';
import { Pool } from 'pg';
import { type Postgres, startPostgres } from '../domain/databases/postgres.js';
import { beginOn } from '../support/pg-transactions.js';
import { rejectionOf } from '../support/rejection.js';
import { until } from './ledger.js';
import { type PgBouncer, startPgBouncer } from './pgbouncer.js';
import { OrderPlaced, shopCatalog } from './shop.js';

let server: Postgres;
let direct: Pool;
const pools: Pool[] = [];
const outboxes: Outbox[] = [];
const bouncers: PgBouncer[] = [];

beforeAll(async () => {
  server = await startPostgres();
  direct = new Pool({ connectionString: server.url });
  await postgres(direct).migrate();
});
afterEach(async () => {
  for (const outbox of outboxes.splice(0)) await outbox.stop().catch(() => undefined);
  for (const pool of pools.splice(0)) await pool.end();
  for (const bouncer of bouncers.splice(0)) await bouncer.stop();
});
afterAll(async () => {
  await direct.end();
  await server.stop();
});

async function bouncerIn(poolMode: string, poolSize?: number): Promise<string> {
  const bouncer = await startPgBouncer(server.url, poolMode, poolSize);
  bouncers.push(bouncer);
  return bouncer.url;
}

function poolOf(url: string): Pool {
  const pool = new Pool({ connectionString: url });
  pools.push(pool);
  return pool;
}

/** A pool of a driver that does not tell which process of the server a client has. */
function withoutProcessIds(pool: Pool): PgPool {
  const hide = (client: PgClient): PgClient =>
    new Proxy(client, {
      get(_, name) {
        const value: unknown = name === 'processID' ? undefined : client[name as keyof PgClient];
        return typeof value === 'function' ? (value.bind(client) as unknown) : value;
      },
    });
  return {
    connect: async () => hide(await pool.connect()),
    on: (event: 'error', listener: (error: Error) => void) => pool.on(event, listener),
  } as PgPool;
}

function shop(pool: PgPool, begin: Pool, options: PostgresOptions = {}) {
  const bus = new EventBus();
  const problems: OutboxProblem[] = [];
  const outbox = new Outbox({
    bus,
    catalog: shopCatalog(),
    store: postgres(pool, { queryTimeout: 5_000, ...options }),
    pollInterval: 50,
    // A busy machine may be slow.
    onProblem: (problem) => void (problem.kind === 'unavailable' && problems.push(problem)),
  });
  outboxes.push(outbox);
  const delivered: string[] = [];
  bus.subscribe(OrderPlaced, ({ orderId }) => void delivered.push(orderId), { durable: 'mail.receipt' });
  bus.subscribe(OrderPlaced, ({ orderId }) => void delivered.push(orderId), {
    durable: 'billing.invoice',
    transactional: true,
  });
  const unitOfWork = transactional(bus, beginOn(begin));
  const place = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) await unitOfWork(() => bus.publish(new OrderPlaced(`o-${n}`)));
  };
  return { outbox, problems, delivered, place };
}

/** Asks on so many connections at once, so that each of the pooler's is asked. */
async function settingsOn(pool: Pool, connections: number): Promise<unknown[]> {
  const ask =
    "select current_setting('statement_timeout') || current_setting('idle_session_timeout') as settings, pg_sleep(0.1)";
  const answers = await Promise.all(Array.from({ length: connections }, () => pool.query<{ settings: string }>(ask)));
  return [...new Set(answers.map(({ rows }) => rows[0]?.settings))];
}

const locks = async (): Promise<number> =>
  (
    await direct.query(
      `select from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`,
    )
  ).rows.length;

/** Nothing of a relay is left on the connections that other programs get. */
async function expectNothingLeft(pool: Pool): Promise<void> {
  await until('no lock', async () => (await locks()) === 0);
  expect(await settingsOn(pool, 8)).toEqual(['00']);
}

describe.each(['transaction', 'session', 'statement'])('a relay behind PgBouncer with pool_mode = %s', (mode) => {
  it('is refused where nothing was said, with the ways out, and leaves nothing behind', async () => {
    const pool = poolOf(await bouncerIn(mode));
    const { outbox, problems } = shop(pool, pool);
    const error = await rejectionOf(outbox.start());
    expect(String(error)).toMatch(/^OutboxError: Between the pool and the server is a pooler/);
    expect(String(error)).toMatch(/directly.*pooler: 'session'.*pooler: 'transaction'/);
    await expectNothingLeft(pool);
    expect(problems).toEqual([]);
  });
});

describe.each(['transaction', 'session'] as const)('PgBouncer with pool_mode = %s', (mode) => {
  it('lets a program that only publishes be', async () => {
    const pool = poolOf(await bouncerIn(mode));
    const publisher = shop(pool, pool);
    await publisher.outbox.migrate();
    await publisher.place(10);
    const relay = shop(direct, direct);
    await relay.outbox.start();
    await until('all deliveries', () => relay.delivered.length === 20);
    expect([publisher.problems, relay.problems]).toEqual([[], []]);
  });

  it('serves a relay that was told of it, which leaves nothing behind', async () => {
    const pool = poolOf(await bouncerIn(mode));
    const { outbox, place, delivered, problems } = shop(pool, pool, { pooler: mode });
    await outbox.start();
    await place(10);
    await until('all deliveries', () => delivered.length === 20);
    expect(await outbox.status()).toMatchObject({ relays: 1, buckets: { taken: 64 } });
    await outbox.stop();
    await expectNothingLeft(pool);
    expect(problems).toEqual([]);
  });

  it('has to give a relay more than one connection', async () => {
    const pool = poolOf(await bouncerIn(mode, 1));
    const { outbox } = shop(pool, pool, { pooler: mode });
    expect(String(await rejectionOf(outbox.start()))).toMatch(
      /^OutboxError: A relay keeps one connection.*default_pool_size/,
    );
    await expectNothingLeft(direct);
  });
});

it.each([
  ['transaction', 'session', /by the transaction or the statement, not by the session.*pooler: 'transaction'/],
  ['statement', 'session', /by the transaction or the statement, not by the session/],
  ['statement', 'transaction', /by the statement, so that there are no transactions/],
] as const)('a relay is refused where pool_mode is %s and was said to be %s', async (mode, pooler, message) => {
  const pool = poolOf(await bouncerIn(mode));
  const { outbox } = shop(pool, pool, { pooler });
  expect(String(await rejectionOf(outbox.start()))).toMatch(message);
  await expectNothingLeft(pool);
});

it('a pooler is found where the driver does not tell the processes of the server', async () => {
  const pool = poolOf(await bouncerIn('transaction'));
  const { outbox } = shop(withoutProcessIds(pool), pool);
  expect(String(await rejectionOf(outbox.start()))).toMatch(/by the transaction or the statement/);
  await expectNothingLeft(pool);
});

it('a driver that does not tell the processes of the server serves a relay that connects directly', async () => {
  const { outbox, place, delivered } = shop(withoutProcessIds(direct), direct);
  await outbox.start();
  await place(3);
  await until('all deliveries', () => delivered.length === 6);
});
