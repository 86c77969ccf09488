import type { DurableContext } from 'class-events';
import { transactional } from 'class-events/domain';
import { type Arbitrary, array, assert, asyncProperty, constantFrom, integer, nat, record } from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import type { Transaction } from './database.js';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { Ledger } from './ledger.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
afterAll(() => database.close());

const orders = ['o-1', 'o-2', 'o-3'];

/** One transaction: it begins, publishes for some orders, dawdles, and commits or does not. */
interface Dealing {
  readonly starts: number;
  readonly places: readonly string[];
  readonly dawdles: number;
  readonly commits: boolean;
}
const dealings: Arbitrary<Dealing> = record({
  starts: nat({ max: 25 }),
  places: array(constantFrom(...orders), { minLength: 1, maxLength: 3 }),
  dawdles: nat({ max: 12 }),
  commits: constantFrom(true, true, true, false),
});
/** How often an event fails before it succeeds, by its number. */
const failures = array(constantFrom(0, 0, 0, 0, 1, 3), { minLength: 60, maxLength: 60 });

/** Some processes that publish and deliver, and what was committed, as a table beside the outbox has it. */
class Trade {
  readonly ledger = new Ledger();
  readonly #committed: { readonly event: OrderPlaced; readonly version: number }[] = [];
  readonly #shops: readonly Shop[];
  #number = 0;

  constructor(relays: number, failing: readonly number[]) {
    const fail = ({ number }: OrderPlaced, { attempt }: DurableContext): void => {
      if (attempt <= failing[number % failing.length]!) throw new Error('now and then');
    };
    this.#shops = Array.from({ length: relays }, () => {
      const shop = new Shop(database);
      shop.bus.subscribe(OrderPlaced, this.ledger.handler('mail', fail), { durable: 'mail.receipt' });
      return shop;
    });
  }

  async start(): Promise<void> {
    await Promise.all(this.#shops.map(({ outbox }) => outbox.start()));
  }

  async run({ starts, places, dawdles, commits }: Dealing): Promise<void> {
    const { bus } = this.#shops[starts % this.#shops.length]!;
    const events = places.map((order) => new OrderPlaced(order, this.#number++));
    const begin: typeof database.begin = (body) =>
      database.begin(async (transaction) => {
        await body(transaction);
        await delay(dawdles);
        // After the rows: were they not in the order of the commits, these would be.
        const versions = await this.#countUp(transaction, places);
        if (!commits) throw new Error('rolled back');
        for (const event of events) this.#committed.push({ event, version: versions.get(event.orderId)! });
      });
    await delay(starts);
    const ended = transactional<Transaction>(bus, begin)(() => bus.publishAll(events));
    await (commits ? ended : expect(ended).rejects.toThrow('rolled back'));
  }

  async end(): Promise<void> {
    await this.#shops[0]!.drained();
  }

  /** The numbers of one order, in the order of their commits. */
  committed(order: string): number[] {
    return this.#committed
      .filter(({ event }) => event.orderId === order)
      .sort((one, other) => one.version - other.version)
      .map(({ event }) => event.number);
  }

  /** In a row for each order, which one transaction has at a time. */
  async #countUp(transaction: Transaction, places: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const versions = new Map<string, number>();
    for (const order of orders.filter((each) => places.includes(each))) {
      const { rows } = await transaction.query(
        `insert into effects (id, delivery) values ($1, '1')
        on conflict (id) do update set delivery = (effects.delivery::integer + 1)::text returning delivery`,
        [order],
      );
      versions.set(order, Number(rows[0]!['delivery']));
    }
    return versions;
  }
}

describe('whatever commits late, fails or is rolled back', () => {
  it('the first effects of each key are those of its commits, in their order', async () => {
    const property = asyncProperty(
      array(dealings, { minLength: 4, maxLength: 20 }),
      failures,
      integer({ min: 1, max: 3 }),
      async (work, failing, relays) => {
        const trade = new Trade(relays, failing);
        await trade.start();
        await Promise.all(work.map((dealing) => trade.run(dealing)));
        await trade.end();
        for (const order of orders) expect(trade.ledger.numbers('mail', order)).toEqual(trade.committed(order));
      },
    )
      .beforeEach(() => database.empty())
      .afterEach(closeShops);
    await assert(property, { numRuns: 12, endOnFailure: true });
  });
});
