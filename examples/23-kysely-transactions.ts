import { EventBus } from 'class-events';
import { transactional } from 'class-events/domain';
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Transaction,
} from 'kysely';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
interface Database {
  readonly orders: { readonly id: string };
}

// Kysely itself, on a driver that shows what it would do and needs no server. In yours: new PostgresDialect({ pool }).
class ShowingDriver extends DummyDriver {
  override beginTransaction = async (): Promise<void> => console.log('begin');
  override commitTransaction = async (): Promise<void> => console.log('commit');
  override rollbackTransaction = async (): Promise<void> => console.log('rollback');
}
const db = new Kysely<Database>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new ShowingDriver(),
    createIntrospector: (of) => new PostgresIntrospector(of),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  log: ({ query }) => console.log(query.sql),
});

const bus = new EventBus();
bus.subscribe(OrderPlaced, ({ orderId }) => console.log(`mail about ${orderId}`), { phase: 'afterCommit' });
bus.subscribe(OrderPlaced, ({ orderId }) => console.log(`${orderId} is over`), { phase: 'afterCompletion' });

const unitOfWork = transactional<Transaction<Database>>(bus, (run) => db.transaction().execute(run));

await unitOfWork(async (trx) => {
  await trx.insertInto('orders').values({ id: 'o-1' }).execute();
  await bus.publish(new OrderPlaced('o-1'));
});

// prints:
// begin
// insert into "orders" ("id") values ($1)
// commit
// mail about o-1
// o-1 is over
