import { EventBus } from 'class-events';
import { currentUnitOfWork, transactional } from 'class-events/domain';
import type { DataSource, EntityManager } from 'typeorm';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

// In place of `await new DataSource({ type: 'postgres', … }).initialize()`, which needs a server.
let depth = 0;
const manager = {
  query: async (sql: string) => console.log(`${'  '.repeat(depth)}${sql}`),
  async transaction(run: (nested: EntityManager) => Promise<unknown>) {
    await manager.query(depth === 0 ? 'BEGIN' : 'SAVEPOINT typeorm_1');
    depth++;
    try {
      return await run(manager as unknown as EntityManager);
    } finally {
      depth--;
    }
  },
};
const dataSource = manager as unknown as DataSource;

const bus = new EventBus();
const unitOfWork = transactional<EntityManager>(bus, (run) => dataSource.transaction(run), {
  // A unit of work inside another is a savepoint: TypeORM makes one of a transaction in a transaction.
  savepoint: (outer, run) => outer.transaction(run),
});

// A repository that is not handed the manager asks for it.
const save = (orderId: string): Promise<unknown> | undefined =>
  currentUnitOfWork<EntityManager>(bus)?.transaction.query(`INSERT ${orderId}`);

bus.subscribe(OrderPlaced, ({ orderId }) => console.log(`mail about ${orderId}`), { phase: 'afterCommit' });

await unitOfWork(async () => {
  await save('o-1');
  await bus.publish(new OrderPlaced('o-1'));
  const gift = unitOfWork(async () => {
    await save('gift');
    await bus.publish(new OrderPlaced('gift'));
    throw new Error('no gifts left');
  });
  await gift.catch((error: Error) => console.log(`${error.message}: the order goes on without it`));
});

// prints:
// BEGIN
//   INSERT o-1
//   SAVEPOINT typeorm_1
//     INSERT gift
// no gifts left: the order goes on without it
// mail about o-1
