import { EventBus } from 'class-events';
import { transactional } from 'class-events/domain';
import { Outbox, type OutboxProblem, type OutboxStatus } from 'class-events/outbox';
import { postgres } from 'class-events/outbox/postgres';
import { Pool, types } from 'pg';
import { type Postgres, startPostgres } from '../domain/databases/postgres.js';
import { beginOn } from '../support/pg-transactions.js';
import { until } from './ledger.js';
import { OrderPlaced, shopCatalog } from './shop.js';

let server: Postgres;
let admin: Pool;
const pools: Pool[] = [];
const outboxes: Outbox[] = [];

beforeAll(async () => {
  server = await startPostgres();
  admin = new Pool({ connectionString: server.url });
});
afterEach(async () => {
  for (const outbox of outboxes.splice(0)) await outbox.stop();
  for (const pool of pools.splice(0)) await pool.end();
  await admin.query('drop schema if exists class_events cascade');
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

/** One process, whose sessions have such settings as a database administrator gives to a role. */
function shop(settings: string, fails: (event: OrderPlaced) => boolean = () => false) {
  const pool = new Pool({ connectionString: server.url, options: settings });
  pools.push(pool);
  const bus = new EventBus();
  const problems: OutboxProblem[] = [];
  const outbox = new Outbox({
    bus,
    catalog: shopCatalog(),
    store: postgres(pool),
    pollInterval: 50,
    defaults: { maxAttempts: 2, backoff: 5 },
    onProblem: (problem) => void problems.push(problem),
  });
  outboxes.push(outbox);
  const delivered: string[] = [];
  const deliver = (event: OrderPlaced): void => {
    if (fails(event)) throw new Error('no');
    delivered.push(event.orderId);
  };
  bus.subscribe(OrderPlaced, (event) => deliver(event), { durable: 'mail.receipt' });
  bus.subscribe(OrderPlaced, (event) => deliver(event), { durable: 'billing.invoice', transactional: true });
  const unitOfWork = transactional(bus, beginOn(pool));
  const place = (orderId: string): Promise<unknown> => unitOfWork(() => bus.publish(new OrderPlaced(orderId)));
  return { outbox, problems, delivered, place };
}

const isolations = ['serializable', 'repeatable read'].map(
  (level) => [level, `-c default_transaction_isolation=${level.replace(' ', '\\ ')}`] as const,
);

describe.each(isolations)('where transactions are %s by default', (_, settings) => {
  it('several processes may create the tables at once', async () => {
    const taken = await Promise.all([1, 2, 3, 4].map(() => shop(settings).outbox.migrate()));
    expect(taken.flat()).toEqual(['1: schema']);
  });

  it('the own transactions of the outbox are read committed, which others cannot make fail', async () => {
    const { outbox, place, delivered } = shop(settings, ({ orderId }) => orderId === 'refused');
    await outbox.migrate();
    await admin.query(`
      create table class_events.level (name text primary key);
      create function class_events.note_level() returns trigger language plpgsql as $$
      begin
        insert into class_events.level values (tg_argv[0] || current_setting('transaction_isolation')) on conflict do nothing;
        return coalesce(new, old);
      end $$;
      create trigger fail before insert on class_events.failure for each row execute function class_events.note_level('fail: ');
      create trigger start before update on class_events.delivery for each row execute function class_events.note_level('start: ');
      create trigger prune before delete on class_events.event for each row execute function class_events.note_level('prune: ')`);
    await place('refused');
    await place('o-1');
    await outbox.start();
    await until('two deliveries', () => delivered.length === 2);
    await until('two dead letters', async () => (await outbox.deadLetters.list()).length === 2);
    await outbox.deadLetters.discard({ handler: 'mail.receipt' });
    await outbox.deadLetters.discard({ handler: 'billing.invoice' });
    await outbox.stop();
    await outboxes[0]!.store.prune(0, 10, []);
    const { rows } = await admin.query<{ name: string }>('select name from class_events.level order by name');
    expect(rows.map(({ name }) => name)).toEqual([
      'fail: read committed',
      'prune: read committed',
      'start: read committed',
    ]);
  });
});

it.each([
  ['40001', 'a serialization failure'],
  ['40P01', 'a deadlock'],
])('SQLSTATE %s, %s, is no outage: the statement is repeated', async (code) => {
  const { outbox, place, delivered, problems } = shop('');
  await outbox.migrate();
  // A sequence is not rolled back, so each trigger raises once.
  await admin.query(`
    create sequence class_events.deleted;
    create sequence class_events.updated;
    create function class_events.meet_once() returns trigger language plpgsql as $$
    begin
      if nextval(tg_argv[0]::regclass) = 1 then
        raise exception 'met another transaction' using errcode = '${code}';
      end if;
      return coalesce(new, old);
    end $$;
    create trigger deleted before delete on class_events.delivery for each row when (old.handler = 'mail.receipt')
      execute function class_events.meet_once('class_events.deleted');
    create trigger updated before update on class_events.delivery for each row
      execute function class_events.meet_once('class_events.updated')`);
  await outbox.start();
  await place('o-1');
  await until('two deliveries', () => delivered.length === 2);
  await until('an empty outbox', async () => (await outbox.status()).handlers.length === 0);
  const { rows } = await admin.query(
    'select d.last_value > 1 as d, u.last_value > 1 as u from class_events.deleted d, class_events.updated u',
  );
  expect(rows).toEqual([{ d: true, u: true }]);
  expect([delivered, problems]).toEqual([['o-1', 'o-1'], []]);
});

it.each(['German, DMY', 'SQL, MDY', 'Postgres, YMD'])(
  'moments are right where the DateStyle is %s and the time zone is far away',
  async (style) => {
    const { outbox, place } = shop(
      `-c datestyle=${style.replaceAll(' ', '\\ ')} -c timezone=Pacific/Kiritimati -c intervalstyle=sql_standard`,
      () => true,
    );
    await outbox.migrate();
    const before = Date.now() - 1_000;
    await place('o-1');
    await outbox.start();
    await until('two dead letters', async () => (await outbox.deadLetters.list()).length === 2);
    const [letter] = await outbox.deadLetters.list();
    for (const moment of [letter!.deadAt.getTime(), Date.parse(String(letter!.errors[0]!.at))]) {
      expect(moment).toBeGreaterThan(before);
      expect(moment).toBeLessThan(Date.now() + 1_000);
    }
  },
);

it('the type parsers that an application gives to pg change nothing', async () => {
  const changed: [number, (text: string) => unknown][] = [
    [types.builtins.BOOL, (text) => (text === 't' ? 'yes' : 'no')],
    [types.builtins.INT2, BigInt],
    [types.builtins.INT4, BigInt],
    [types.builtins.INT8, BigInt],
    [types.builtins.FLOAT8, (text) => ({ text })],
    [types.builtins.JSON, (text) => text],
    [types.builtins.JSONB, (text) => text],
    [types.builtins.TIMESTAMPTZ, (text) => text],
  ];
  const before = changed.map(([type]) => [type, types.getTypeParser(type)] as const);
  for (const [type, parse] of changed) types.setTypeParser(type, parse);
  try {
    const { outbox, place, delivered } = shop('', ({ orderId }) => orderId === 'refused');
    await outbox.migrate();
    await outbox.start();
    await place('o-1');
    await place('refused');
    await until('two deliveries', () => delivered.length === 2);
    await until('two dead letters', async () => (await outbox.deadLetters.list()).length === 2);
    const status: OutboxStatus = await outbox.status();
    expect(status).toMatchObject({ relays: 1, buckets: { taken: 64, all: 64 }, events: 2 });
    expect(status.handlers.map(({ dead }) => dead)).toEqual([1, 1]);
    expect(await outbox.replay({ handler: 'mail.receipt' })).toBe(2);
    await until('a delivery again', () => delivered.length === 3);
  } finally {
    for (const [type, parse] of before) types.setTypeParser(type, parse as never);
  }
});

it('replays of one handler that begin at once are apart from each other', async () => {
  const { outbox, place, delivered } = shop('');
  await outbox.migrate();
  await place('o-1');
  await outbox.start();
  await until('two deliveries', () => delivered.length === 2);
  const replays = Array.from({ length: 8 }, () => outbox.replay({ handler: 'mail.receipt' }));
  expect(await Promise.all(replays)).toEqual(replays.map(() => 1));
  await until('ten deliveries', () => delivered.length === 10);
});
