/** @jest-environment ./tests/domain/databases/pglite-environment.cjs */
import type { PGlite, Transaction } from '@electric-sql/pglite';
import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { transactional } from 'class-events/domain';
import { Outbox } from 'class-events/outbox';
import { pglite } from 'class-events/outbox/postgres';
import { until } from './ledger.js';

declare global {
  // Given by the environment.
  var PGlite: { create(): Promise<PGlite> };
}

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
class InvoiceBooked {
  constructor(readonly orderId: string) {}
}

async function shop() {
  const db = await globalThis.PGlite.create();
  await db.exec('create table invoices (order_id text primary key)');
  const bus = new EventBus();
  const catalog = new EventCatalog()
    .add(OrderPlaced, { name: 'order.placed', read: ({ orderId }) => new OrderPlaced(orderId as string) })
    .add(InvoiceBooked, { name: 'invoice.booked', read: ({ orderId }) => new InvoiceBooked(orderId as string) });
  const begin = (run: (tx: Transaction) => Promise<unknown>): Promise<unknown> => db.transaction(run);
  const outbox = new Outbox({ bus, catalog, store: pglite(db, { begin }), defaults: { backoff: 1, maxAttempts: 2 } });
  await outbox.migrate();
  const unitOfWork = transactional<Transaction>(bus, begin);
  const invoices = async () => (await db.query('select order_id from invoices')).rows;
  return { db, bus, outbox, unitOfWork, invoices };
}

describe('a unit of work inside of a transactional delivery', () => {
  it('joins the transaction that settles the delivery', async () => {
    const { db, bus, outbox, unitOfWork, invoices } = await shop();
    const transactions: boolean[] = [];
    let attempts = 0;
    bus.subscribe(
      OrderPlaced,
      async function book({ orderId }, { transaction }) {
        await unitOfWork(async (tx) => {
          transactions.push(tx === transaction);
          await tx.query('insert into invoices values ($1)', [orderId]);
          await bus.publish(new InvoiceBooked(orderId));
        });
        // The first attempt fails after all was written: nothing of it may stay.
        if (++attempts === 1) throw new Error('out of paper');
      },
      { durable: 'billing.invoice', transactional: true },
    );
    const booked = new Promise<InvoiceBooked>((resolve) =>
      bus.subscribe(InvoiceBooked, (event) => resolve(event), { durable: 'mail.invoice' }),
    );
    await outbox.start();
    await unitOfWork(() => bus.publish(new OrderPlaced('o-1')));

    expect((await booked).orderId).toBe('o-1');
    await outbox.stop();
    expect(await invoices()).toEqual([{ order_id: 'o-1' }]);
    expect(transactions).toEqual([true, true]);
    await db.close();
  });

  it('is refused if it has another begin, and neither hangs nor writes', async () => {
    const { db, bus, outbox, unitOfWork, invoices } = await shop();
    const other = transactional<Transaction>(bus, (run) => db.transaction(run));
    bus.subscribe(
      OrderPlaced,
      async function book({ orderId }) {
        await other((tx) => tx.query('insert into invoices values ($1)', [orderId]));
      },
      { durable: 'billing.invoice', transactional: true },
    );
    await outbox.start();
    await unitOfWork(() => bus.publish(new OrderPlaced('o-1')));
    await until('a dead letter', async () => (await outbox.deadLetters.list()).length === 1);
    const [letter] = await outbox.deadLetters.list();
    expect(letter!.errors.at(-1)!.message).toMatch(
      /^A unit of work begun by \(run\) => db\.transaction\(run\) was opened inside one begun by deliveryTransaction\./,
    );
    expect(await invoices()).toEqual([]);
    await outbox.stop();
    await db.close();
  });
});
