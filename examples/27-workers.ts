import { isMainThread } from 'node:worker_threads';
import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { inWorker, workerHandler, WorkerPool } from 'class-events/workers';

class RouteRequested {
  constructor(
    readonly shipmentId: string,
    readonly stops: number,
  ) {}
}
class RouteFound {
  constructor(
    readonly shipmentId: string,
    readonly kilometres: number,
  ) {}
}

/** Both threads know the events by these names. */
const catalog = new EventCatalog()
  .add(RouteRequested, { name: 'route.requested', read: (data) => new RouteRequested(data.shipmentId, data.stops) })
  .add(RouteFound, { name: 'route.found', read: (data) => new RouteFound(data.shipmentId, data.kilometres) });

/** Computes for long, and blocks nobody: it runs on a thread of the pool. */
export default workerHandler(catalog, async (event: RouteRequested, { mainBus }) => {
  if (event.stops === 0) throw new RangeError('A route has at least one stop.');
  let kilometres = 0;
  for (let order = 0; order < 1e7; order++) kilometres = Math.max(kilometres, (order * 31) % (event.stops * 100));
  await mainBus.publish(new RouteFound(event.shipmentId, kilometres));
});

// This file is the program and, in the pool's threads, the worker module. Most often these are two files.
async function main(): Promise<void> {
  const bus = new EventBus();
  const pool = new WorkerPool({ catalog, bus, threads: 1 });
  bus.subscribe(RouteRequested, inWorker(new URL(import.meta.url), { pool }), { name: 'find route', timeout: 30_000 });
  bus.subscribe(RouteFound, (event) => console.log(event));

  const publishing = bus.publish(new RouteRequested('s-1', 5));
  console.log('this thread goes on');
  await publishing;
  const { failures } = await bus.publishSettled(new RouteRequested('s-2', 0));
  for (const { subscription, reason } of failures) console.log(`${subscription.name}: ${String(reason)}`);

  await bus.close();
  await pool.close();
}
if (isMainThread) void main();

// prints:
// this thread goes on
// RouteFound { shipmentId: 's-1', kilometres: 499 }
// find route: RangeError: A route has at least one stop.
