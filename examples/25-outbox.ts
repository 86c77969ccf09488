import { setTimeout as delay } from 'node:timers/promises';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { type DurableContext, EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { transactional } from 'class-events/domain';
import { Outbox } from 'class-events/outbox';
import { pglite } from 'class-events/outbox/postgres';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
const catalog = new EventCatalog().add(OrderPlaced, {
  name: 'order.placed',
  key: ({ orderId }) => `order:${orderId}`,
  read: ({ orderId }) => new OrderPlaced(String(orderId)),
});

// PostgreSQL inside of this process, in memory. With a server: postgres(new Pool(…)).
const db = new PGlite();
await db.exec('create table orders (id text primary key); create table invoices (order_id text primary key)');

const failures: unknown[] = []; // without an onError a failed attempt is a warning of the process
const bus = new EventBus({ onError: ({ error }) => failures.push(error) });
const outbox = new Outbox({ bus, catalog, store: pglite(db), defaults: { backoff: 50 } });
await outbox.migrate();

// Tried again until it succeeds. The id is the same each time: for whatever must know a repetition.
const sendReceipt = async ({ orderId }: OrderPlaced, attempt: number): Promise<void> => {
  if (attempt === 1) throw new Error('the mail server is busy');
  console.log(`receipt for ${orderId} sent, at attempt ${attempt}`);
};
bus.subscribe(OrderPlaced, (event, { attempt }) => sendReceipt(event, attempt), { durable: 'mail.receipt' });

// Writes in the transaction that settles its delivery: once, whatever happens.
const bookInvoice = async ({ orderId }: OrderPlaced, tx: Transaction): Promise<void> => {
  await tx.query('insert into invoices values ($1)', [orderId]);
  console.log(`invoice for ${orderId} booked`);
};
bus.subscribe(OrderPlaced, (event, { transaction }: DurableContext<Transaction>) => bookInvoice(event, transaction), {
  durable: 'billing.invoice',
  transactional: true,
});

const unitOfWork = transactional<Transaction>(bus, (run) => db.transaction(run));
await unitOfWork(async (tx) => {
  await tx.query("insert into orders values ('o-1')");
  await bus.publish(new OrderPlaced('o-1'));
});
console.log('committed: the order, and its two deliveries');

await outbox.start(); // in this process, or in any other
while ((await outbox.status()).handlers.length > 0) await delay(20);
await outbox.stop();
console.log(`failed before: ${failures.join()}`);

// prints:
// committed: the order, and its two deliveries
// invoice for o-1 booked
// receipt for o-1 sent, at attempt 2
// failed before: Error: the mail server is busy
