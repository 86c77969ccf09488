import { transactional } from 'class-events/domain';
import { array, assert, asyncProperty, constantFrom, integer, nat, record } from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import { empty, inPostgres, type PostgresDatabase, type Transaction } from './database.js';
import { Ledger } from './ledger.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

jest.setTimeout(120_000); // a server is started

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
afterAll(() => database.close());

/** One transaction: it publishes for some orders, dawdles, and commits or does not. */
const transactions = record({
  orders: array(constantFrom('o-1', 'o-2', 'o-3'), { minLength: 1, maxLength: 3 }),
  pause: nat({ max: 12 }),
  starts: nat({ max: 25 }),
  commits: constantFrom(true, true, true, false),
});
/** How often an event fails before it succeeds, by its place among those that were published. */
const failures = array(constantFrom(0, 0, 0, 0, 1, 3), { minLength: 60, maxLength: 60 });

describe('a model of order', () => {
  it('first effects of each key are those of its commits, in their order, whatever commits late, fails or is rolled back', async () => {
    await assert(
      asyncProperty(
        array(transactions, { minLength: 4, maxLength: 20 }),
        failures,
        integer({ min: 1, max: 3 }),
        async (work, failing, relays) => {
          const ledger = new Ledger();
          const fails = (number: number, attempt: number): boolean => attempt <= failing[number % failing.length]!;
          const shops = Array.from({ length: relays }, () => {
            const shop = new Shop(database);
            const handler = ledger.handler<OrderPlaced>('mail', ({ number }, { attempt }) => {
              if (fails(number, attempt!)) throw new Error('now and then');
            });
            shop.bus.subscribe(OrderPlaced, handler, { durable: 'mail.receipt' });
            return shop;
          });
          await Promise.all(shops.map(({ outbox }) => outbox.start()));
          const committed: OrderPlaced[] = [];
          let number = 0;
          const run = async ({ orders, pause, starts, commits }: (typeof work)[number]): Promise<void> => {
            const shop = shops[starts % relays]!;
            const events: OrderPlaced[] = [];
            const dawdling = transactional<Transaction>(shop.bus, async (body) => {
              await database.begin(async (transaction) => {
                await body(transaction);
                await delay(pause);
                if (!commits) throw new Error('rolled back');
              });
              // Whoever waits for the key commits after this one.
              committed.push(...events);
            });
            await delay(starts);
            await dawdling(async () => {
              for (const order of orders) {
                const event = new OrderPlaced(order, number++);
                events.push(event);
                await shop.bus.publish(event);
              }
            }).catch((error: Error) => {
              if (error.message !== 'rolled back') throw error;
            });
          };
          await Promise.all(work.map(run));
          await shops[0]!.drained();
          for (const order of ['o-1', 'o-2', 'o-3']) {
            const expected = committed.filter(({ orderId }) => orderId === order).map((event) => event.number);
            expect(ledger.numbers('mail', order)).toEqual(expected);
          }
        },
      )
        .beforeEach(() => empty(database))
        .afterEach(closeShops),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
