import { PGlite } from '@electric-sql/pglite';
import { EventBus } from 'class-events';
import { transactional, type TransactionOf } from 'class-events/domain';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/pglite';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

const client = await PGlite.create();
await client.exec('create table orders (id text primary key)');
const orders = pgTable('orders', { id: text().primaryKey() });
const db = drizzle(client);
type Transaction = TransactionOf<typeof db.transaction>;

const bus = new EventBus();
bus.subscribe(OrderPlaced, ({ orderId }) => console.log(`mail about ${orderId}`), { phase: 'afterCommit' });

const unitOfWork = transactional<Transaction>(bus, (run) => db.transaction(run), {
  savepoint: (tx, run) => tx.transaction(run),
});

const place = (orderId: string): Promise<void> =>
  unitOfWork(async (tx) => {
    await tx.insert(orders).values({ id: orderId });
    await bus.publish(new OrderPlaced(orderId));
    console.log(`saved ${orderId}`);
  });

await place('o-1');
await place('o-1').catch(() => console.log('rolled back: there is an o-1'));

// One transaction for both, and a savepoint for each.
await unitOfWork(async () => {
  await place('o-2');
  await place('o-1').catch(() => console.log('only this one is rolled back'));
  await place('o-3');
});

const saved = await db.select().from(orders);
console.log(saved.map(({ id }) => id).join(', '));
await client.close();

// prints:
// saved o-1
// mail about o-1
// rolled back: there is an o-1
// saved o-2
// only this one is rolled back
// saved o-3
// mail about o-2
// mail about o-3
// o-1, o-2, o-3
