import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { until } from './ledger.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

// What is scheduled, where several transactions are open at once.
const hour = 3_600_000;
let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(() => database.close());

function shop(): Shop {
  const made = new Shop(database);
  made.bus.subscribe(OrderPlaced, made.ledger.handler('receipt'), { durable: 'mail.receipt' });
  return made;
}

const schedule = (from: Shop, orderId: string, number = 1): Promise<string> =>
  from.unitOfWork(() => from.outbox.schedule(new OrderPlaced(orderId, number), { in: 0 }));

describe('a scheduled event', () => {
  it('waits for a transaction that has published its key, and the events of other keys do not', async () => {
    const relay = shop();
    const publisher = shop();
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      // What a publisher of the key holds until its commit.
      await client.query("select pg_advisory_xact_lock(20817, (hashtextextended('order:held', 0) & 16383)::integer)");
      await schedule(publisher, 'held');
      for (let number = 1; number <= 150; number++) await schedule(publisher, 'free', number);
      await relay.outbox.start();
      await relay.ledger.has(150);
      expect(relay.ledger.numbers('receipt', 'held')).toEqual([]);
      await client.query('commit');
      await relay.ledger.has(151);
      expect(relay.problems).toEqual([]);
    } finally {
      client.release(true);
    }
  });

  it('is not published while a transaction takes it back', async () => {
    const relay = shop();
    const [kept, gone] = [await schedule(relay, 'kept'), await schedule(relay, 'gone')];
    let rollBack = (): void => undefined;
    let commit = (): void => undefined;
    const rolledBack = new Promise<void>((_, reject) => (rollBack = () => reject(new Error('no'))));
    const committed = new Promise<void>((resolve) => (commit = resolve));
    const takingBack = (id: string, decision: Promise<void>): Promise<unknown> =>
      relay.unitOfWork(async () => {
        expect(await relay.outbox.unschedule(id)).toBe(true);
        await decision;
      });
    const units = [takingBack(kept, rolledBack), takingBack(gone, committed)];
    await schedule(relay, 'other');
    await until('two transactions that hold their events', async () => {
      const { rows } = await database.pool.query<{ count: string }>(
        "select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'",
      );
      return Number(rows[0]!.count) >= 2;
    });
    await relay.outbox.start();
    await relay.ledger.has(1);
    rollBack();
    commit();
    await Promise.allSettled(units);
    await relay.ledger.has(2);
    await until('an empty schedule', async () => (await database.tamper.scheduled()).length === 0);
    expect(relay.ledger.of('receipt')).toEqual(['other/1', 'kept/1']);
  });

  it('is published once and in order by several relays', async () => {
    const relays = [shop(), shop(), shop()];
    for (const { outbox } of relays) await outbox.start();
    for (let number = 1; number <= 200; number++) await schedule(relays[number % 3]!, `o-${number % 5}`, number);
    const effects = () => relays.flatMap(({ ledger }) => ledger.effects);
    await until('200 effects', () => effects().length >= 200);
    await relays[0]!.drained();
    expect(effects()).toHaveLength(200);
    for (let order = 0; order < 5; order++) {
      // The relay of a key may change while they join, and each sees the clock of its own.
      const numbers = (await database.tamper.events())
        .filter(({ key }) => key === `order:o-${order}`)
        .map(({ data }) => (JSON.parse(data) as OrderPlaced).number);
      expect(numbers).toEqual([...numbers].sort((first, second) => first - second));
      expect(numbers).toHaveLength(40);
    }
  });

  it('that a transaction commits after its time is found, however late it is', async () => {
    const relay = shop();
    await relay.outbox.start();
    await schedule(relay, 'o-1');
    await relay.ledger.has(1);
    // As if its transaction had been open for an hour.
    await relay.outbox.stop();
    const id = await relay.unitOfWork(() => relay.outbox.schedule(new OrderPlaced('o-1', 2), { in: hour }));
    await database.query("update class_events.scheduled set due_at = due_at - interval '2 hours' where id = $1", [id]);
    await relay.outbox.start();
    await relay.ledger.has(2);
  });
});
