import { EventBus } from 'class-events';
import { transactional } from 'class-events/domain';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

// What `prisma generate` gives, as far as it matters here: a client whose $transaction runs a callback in a transaction.
interface TransactionClient {
  readonly order: { create(given: { data: { id: string } }): Promise<void> };
}
const prisma = {
  order: { create: async ({ data }: { data: { id: string } }) => console.log(`insert ${data.id}`) },
  async $transaction<T>(run: (tx: TransactionClient) => Promise<T>, { timeout }: { timeout: number }): Promise<T> {
    console.log(`begin, for at most ${timeout} ms`);
    const value = await run(prisma).catch((error: unknown) => {
      console.log('rollback');
      throw error;
    });
    console.log('commit');
    return value;
  },
};

const bus = new EventBus();
bus.subscribe(OrderPlaced, ({ orderId }) => console.log(`mail about ${orderId}`), { phase: 'afterCommit' });
bus.subscribe(OrderPlaced, ({ orderId }) => console.log(`${orderId} is forgotten`), { phase: 'afterRollback' });

// Options of Prisma go into the function that begins.
const unitOfWork = transactional<TransactionClient>(bus, (run) => prisma.$transaction(run, { timeout: 5_000 }));

async function place(orderId: string, stock: number): Promise<void> {
  await unitOfWork(async (tx) => {
    await tx.order.create({ data: { id: orderId } });
    await bus.publish(new OrderPlaced(orderId));
    if (stock === 0) throw new Error(`${orderId} is out of stock`);
  });
}

await place('o-1', 1);
await place('o-2', 0).catch((error: Error) => console.log(error.message));

// prints:
// begin, for at most 5000 ms
// insert o-1
// commit
// mail about o-1
// begin, for at most 5000 ms
// insert o-2
// rollback
// o-2 is forgotten
// o-2 is out of stock
