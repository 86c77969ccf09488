import { EventBus } from 'class-events';
import { Outbox, type OutboxStore } from 'class-events/outbox';
import { postgres } from 'class-events/outbox/postgres';
import { Pool, type PoolClient } from 'pg';
import { FaultPoints } from './fault-points.js';
import { asBefore, handlerIds, Handlers, hasHandler, renamed } from './handlers.js';
import { Ledger } from './crash-ledger.js';
import { catalog } from './moved.js';
import { breakPool, breakStore } from './mutants.js';
import { Operator } from './operator.js';
import { Random } from './random.js';
import { takeoverAfter, type Task } from './task.js';
import { wrapped } from './wrapped.js';
import { Writer } from './writer.js';

// One process of the application. Its parent tells it to end; without its parent it has no reason to live.
const task = JSON.parse(process.argv[2]!) as Task;
const ledger = new Ledger(task.ledger);
const points = new FaultPoints(task.point, ledger);
const random = new Random(task.seed);
const bus = new EventBus();
const pool = new Pool({ connectionString: task.url, max: 16, connectionTimeoutMillis: 3_000, query_timeout: 3_000 });
pool.on('error', () => undefined);
breakPool(task.mutant, pool);

/** The transactions of transactional handlers, with a point on either side of their commits. */
async function begin(run: (client: PoolClient) => Promise<unknown>): Promise<unknown> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => void (broken = error);
  client.on('error', onError);
  try {
    await client.query('begin');
    const value = await run(client);
    await points.around('commit', () => client.query('commit'));
    return value;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.removeListener('error', onError);
    client.release(broken);
  }
}

/** Notes what the store has confirmed: that must never be begun again. */
function noted(store: OutboxStore): OutboxStore {
  return wrapped<OutboxStore>(store, {
    async settle(deliveries) {
      const left = (await store.settle(deliveries)) ?? [];
      for (const delivery of deliveries) {
        if (left.includes(delivery)) continue;
        ledger.write('settled', { handler: delivery.handler, id: asBefore(`${delivery.id}/${delivery.handler}`) });
      }
      return left;
    },
  });
}

const policies = Object.values(handlerIds)
  .filter((id) => hasHandler(task, id))
  .map((id) => {
    const ordered = id !== handlerIds.index;
    return task.isRenamed ? [renamed(id), { ordered, formerIds: [id] }] : [id, { ordered }];
  });
const store = postgres(pool, { begin, queryTimeout: 3_000, idleTransactionTimeout: takeoverAfter });
const outbox = new Outbox({
  bus,
  catalog,
  store: points.of(noted(breakStore(task.mutant, store))),
  defaults: { maxAttempts: task.attempts ?? 10, backoff: 50, maxBackoff: 1_000, timeout: task.timeout ?? 5_000 },
  handlers: Object.fromEntries(policies),
  takeoverAfter,
  pollInterval: 250,
  retention: task.retention ?? 0,
  onProblem: ({ kind, message }) => ledger.write('problem', { message: `${kind}: ${message}` }),
});
new Handlers(ledger, points, random, task).subscribeTo(bus);

async function write(): Promise<void> {
  const writer = new Writer(bus, pool, ledger, points, random, task);
  process.on('message', () => writer.end());
  process.send?.('ready');
  await writer.run();
}

async function relay(): Promise<void> {
  const told = new Promise((resolve) => process.once('message', resolve));
  for (;;) {
    // Where the database does not answer at the start, a supervisor would start the process again.
    const isStarted = await outbox.start().then(
      () => true,
      (error: Error) => ledger.write('problem', { message: `start: ${error.message}` }),
    );
    if (isStarted) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  process.send?.('ready');
  await told;
  await outbox.stop({ timeout: 10_000 });
}

async function operate(): Promise<void> {
  const operator = new Operator(outbox, ledger, random, task);
  process.on('message', () => operator.end());
  process.send?.('ready');
  await operator.run();
}

process.once('disconnect', () => process.exit(2));
const work = { writer: write, relay, operator: operate }[task.role];
void work()
  .then(() => pool.end())
  .then(() => process.exit(0));
