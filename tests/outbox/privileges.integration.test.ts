import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { transactional } from 'class-events/domain';
import { Outbox } from 'class-events/outbox';
import { postgres } from 'class-events/outbox/postgres';
import { Client, Pool } from 'pg';
import { type Postgres, startPostgres } from '../domain/databases/postgres.js';
import { beginOn } from '../support/pg-transactions.js';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
const catalog = new EventCatalog().add<OrderPlaced, { orderId: string }>(OrderPlaced, {
  name: 'order.placed',
  key: ({ orderId }) => `order:${orderId}`,
  read: ({ orderId }) => new OrderPlaced(orderId),
});

/** The statements of docs/operations.md, section by section. */
const [, tables = '', privileges = ''] =
  /## The tables[^]*?```sql\n([^]*?)```[^]*?## Privileges[^]*?```sql\n([^]*?)```/.exec(
    readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8'),
  ) ?? [];
const [roles = '', grants = ''] = privileges.split('-- as shop_migrator, when the tables are there:\n');

let server: Postgres;
const pools: Pool[] = [];

/** The database, as one of the roles. */
function as(role: string): Pool {
  const url = new URL(server.url);
  const pool = new Pool({ connectionString: url.href, options: `-c role=${role}` });
  pools.push(pool);
  return pool;
}

function shop(pool: Pool, fails: () => boolean = () => false, schema = 'class_events') {
  const bus = new EventBus();
  const defaults = { maxAttempts: 2, backoff: 10 };
  const outbox = new Outbox({ bus, catalog, store: postgres(pool, { schema }), defaults, onProblem: () => undefined });
  const delivered: string[] = [];
  const deliver = (kind: string, { orderId }: OrderPlaced): void => {
    if (fails()) throw new Error('no');
    delivered.push(`${kind} ${orderId}`);
  };
  bus.subscribe(OrderPlaced, (event) => deliver('receipt', event), { durable: 'mail.receipt' });
  bus.subscribe(OrderPlaced, (event) => deliver('invoice', event), { durable: 'billing.invoice', transactional: true });
  const unitOfWork = transactional(bus, beginOn(pool));
  return { outbox, delivered, unitOfWork, place: (id: string) => unitOfWork(() => bus.publish(new OrderPlaced(id))) };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await isSo()); await delay(20)) {
    if (Date.now() > end) throw new Error('It did not come true.');
  }
}

async function asOwner(statement: string): Promise<void> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

beforeAll(async () => {
  server = await startPostgres();
  const database = new URL(server.url).pathname.slice(1);
  await asOwner(roles.replaceAll('login', 'nologin').replace('database shop', `database "${database}"`));
  // As hardened databases have it.
  await asOwner('alter default privileges for role shop_migrator revoke execute on functions from public');
  const migrator = as('shop_migrator');
  await shop(migrator).outbox.migrate();
  await migrator.query(grants);
});
afterAll(async () => {
  for (const pool of pools) await pool.end();
  // The server may be one that stays.
  const names = 'shop_migrator, shop_publisher, shop_relay';
  await asOwner(`drop owned by ${names} cascade; drop role ${names}`);
  await server.stop();
});

describe('the privileges of docs/operations.md', () => {
  it('let a publisher publish, and do nothing else', async () => {
    const pool = as('shop_publisher');
    const { outbox, place, unitOfWork } = shop(pool);
    await place('o-1');
    const later = { in: 3_600_000 };
    const id = await unitOfWork(() => outbox.schedule(new OrderPlaced('o-3'), later));
    expect(await outbox.unschedule(id)).toBe(true);
    await unitOfWork(() => outbox.schedule(new OrderPlaced('o-4'), later));
    const refused = { code: '42501' };
    await expect(pool.query('delete from class_events.event')).rejects.toMatchObject(refused);
    await expect(pool.query('select * from class_events.delivery')).rejects.toMatchObject(refused);
    await expect(shop(pool).outbox.deadLetters.list()).rejects.toMatchObject(refused);
  });

  it.each(['shop_migrator', 'shop_publisher', 'shop_relay'])(
    'let a program of %s migrate when it starts, where no step is missing',
    async (role) => {
      expect(await shop(as(role)).outbox.migrate()).toEqual([]);
    },
  );

  it('let a publisher create nothing where a step is missing', async () => {
    const { outbox } = shop(as('shop_publisher'), undefined, 'other_events');
    await expect(outbox.migrate()).rejects.toMatchObject({ code: '42501' });
  });

  it('a migrator that owns the schema need not be allowed to create schemas', async () => {
    await asOwner('create schema shop_events authorization shop_relay');
    const taken = await shop(as('shop_relay'), undefined, 'shop_events').outbox.migrate();
    expect(taken).toEqual(['1: schema']);
  });

  it('migrating where no step is missing only reads, as on a standby', async () => {
    const url = new URL(server.url);
    const pool = new Pool({ connectionString: url.href, options: '-c default_transaction_read_only=on' });
    pools.push(pool);
    expect(await shop(pool).outbox.migrate()).toEqual([]);
    const refused = { code: '25006' };
    await expect(shop(pool, undefined, 'other_events').outbox.migrate()).rejects.toMatchObject(refused);
  });

  it('let a relay do all that relays and operators do, and not change tables', async () => {
    const pool = as('shop_relay');
    let isDown = true;
    const { outbox, delivered } = shop(pool, () => isDown);
    await outbox.start();
    await until(async () => (await outbox.deadLetters.list()).length === 2);
    isDown = false;
    await outbox.deadLetters.discard({ handler: 'billing.invoice' });
    await outbox.deadLetters.redrive({ handler: 'mail.receipt' });
    await until(() => delivered.length === 1);
    await shop(pool).place('o-2');
    await until(() => delivered.length === 3);
    await outbox.pause('mail.receipt');
    expect(await outbox.resume('mail.receipt')).toBe(true);
    expect(await outbox.replay({ handler: 'mail.receipt' })).toBe(2);
    await until(() => delivered.length === 5);
    await asOwner('update class_events.scheduled set due_at = clock_timestamp()');
    await until(() => delivered.length === 7);
    await outbox.stop();
    const { rows } = await pool.query(tables);
    expect(rows).toBeUndefined(); // several statements, which all ran
    await pool.query('delete from class_events.event where seq < 0'); // as retention does
    await expect(pool.query('drop table class_events.event')).rejects.toMatchObject({ code: '42501' });
  });
});
