// `npm run load -- --seconds 300`: an order service under load. Ends with 1 when its heap grows.
import { createHistogram, PerformanceObserver } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { build } from '../harness/build.mjs';
import { short, table } from '../report/table.mjs';
import { OrderService } from './order-service.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '300' } } });
if (!globalThis.gc) throw new Error('The heap is read after a full collection: run node with --expose-gc.');

const publishers = 256;
const spans = 5;
const spanMs = (Number(values.seconds) * 1000) / spans;

const service = new OrderService();
const collections = { count: 0, ms: 0 };
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) {
    collections.count++;
    collections.ms += duration;
  }
}).observe({ entryTypes: ['gc'] });

/** Publishes one event after another until time is up; how long the call and the waiting took goes into histograms. */
async function publishUntil(end, call, whole) {
  while (performance.now() < end) {
    const start = performance.now();
    const publishing = service.publishNext();
    call.record(nanoseconds(start));
    await publishing;
    whole.record(nanoseconds(start));
  }
}

function nanoseconds(start) {
  return Math.max(1, Math.round((performance.now() - start) * 1e6));
}

/** One of five spans of the run, a minute of the default five. */
async function span() {
  const [call, whole] = [createHistogram(), createHistogram()];
  const before = { ...collections, handled: service.handled };
  const end = performance.now() + spanMs;
  await Promise.all(Array.from({ length: publishers }, () => publishUntil(end, call, whole)));
  const gc = { count: collections.count - before.count, ms: collections.ms - before.ms };
  await new Promise((settled) => setTimeout(settled, 50));
  globalThis.gc();
  return { call, whole, gc, handled: service.handled - before.handled, heap: process.memoryUsage().heapUsed };
}

process.stdout.write(
  `class-events ${build.commit} (build ${build.id}), Node ${process.versions.node}: ${service.handlers} handlers, ${publishers} publishers, ${spans} spans of ${spanMs / 1000} s\n\n`,
);
const measured = [];
for (let turn = 0; turn < spans; turn++) measured.push(await span());
await service.close();

const rows = measured.map(({ call, whole, gc, handled, heap }, index) => [
  index + 1,
  short(call.count / (spanMs / 1000)),
  short(handled / (spanMs / 1000)),
  ...[50, 99].map((percentile) => short(call.percentile(percentile) / 1e3)),
  ...[50, 99].map((percentile) => short(whole.percentile(percentile) / 1e6)),
  short(heap / 2 ** 20),
  gc.count,
  short(gc.ms),
]);
const heads = ['span', 'events/s', 'handlers/s', 'call p50 µs', 'call p99 µs', 'settled p50 ms', 'settled p99 ms'];
process.stdout.write(`${table([...heads, 'heap MiB after GC', 'GCs', 'GC ms'], rows)}\n\n`);

const growth = measured.at(-1).heap / measured[0].heap - 1;
const isFlat = growth <= 0.05;
process.stdout.write(
  `Heap from span 1 to ${spans}: ${(growth * 100).toFixed(1)} %. ${isFlat ? 'Flat' : 'It grows'}.\n`,
);
process.exitCode = isFlat ? 0 : 1;
