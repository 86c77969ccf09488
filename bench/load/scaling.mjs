// `npm run scaling`: what a handler, and a class, costs as there are more of them. Writes scaling.svg beside this file.
import { join } from 'node:path';
import { measure } from 'mitata';
import forLoop from '../floors/for-loop.mjs';
import classEvents from '../contenders/class-events.mjs';
import { eventClasses, OrderPlaced } from '../harness/events.mjs';
import { syncHandlers } from '../harness/handlers.mjs';
import { writeSvg } from '../report/chart.mjs';
import { short, table } from '../report/table.mjs';

const contenders = [
  { name: 'for loop', bus: () => forLoop.create(), verb: 'call' },
  { name: 'class-events emit', bus: () => classEvents.create(), verb: 'emit' },
];
const counts = [1, 10, 100, 1000, 10_000];

/** Nanoseconds for each handler when one class has many. */
async function perHandler({ bus: create, verb }, count) {
  const bus = create();
  const key = bus.keyOf(OrderPlaced);
  for (const handler of syncHandlers(count)) bus.subscribe(key, handler);
  const event = new OrderPlaced();
  return (await time(() => bus[verb](key, event))) / count;
}

/** Nanoseconds for a publish when many classes have one handler each, in turn. */
async function perClass({ bus: create, verb }, count) {
  const bus = create();
  const classes = eventClasses(count);
  const keys = classes.map((eventClass) => bus.keyOf(eventClass));
  const events = classes.map((eventClass) => new eventClass());
  for (const [index, handler] of syncHandlers(count).entries()) bus.subscribe(keys[index], handler);
  let at = 0;
  const publishNext = () => {
    at = at + 1 === count ? 0 : at + 1;
    bus[verb](keys[at], events[at]);
  };
  // Every class has to have been met once: a plan is made at the first publish.
  for (let turn = 0; turn < count; turn++) publishNext();
  return time(publishNext);
}

async function time(act) {
  return (await measure(act, { gc: false, min_cpu_time: 100e6, min_samples: 5, batch_samples: 1024 })).p50;
}

async function series(title, measureOne, sizes) {
  const points = [];
  for (const count of sizes) {
    for (const contender of contenders) {
      points.push({ title, name: contender.name, count, ns: await measureOne(contender, count) });
    }
  }
  const cell = (name, count) => short(points.find((point) => point.name === name && point.count === count).ns);
  const rows = sizes.map((count) => [short(count), ...contenders.map(({ name }) => cell(name, count))]);
  process.stdout.write(`${title}\n\n${table(['', ...contenders.map(({ name }) => name)], rows)}\n\n`);
  return points;
}

const panels = [
  await series('ns for each handler, by handlers of one class', perHandler, counts),
  await series('ns for a publish, by event classes in turn', perClass, [...counts, 100_000]),
];

const panel = (values) => ({
  width: 320,
  height: 220,
  title: { text: values[0].title, anchor: 'start' },
  data: { values },
  mark: { type: 'line', point: true },
  encoding: {
    x: { field: 'count', type: 'quantitative', scale: { type: 'log' }, axis: { title: null, tickCount: 5 } },
    y: { field: 'ns', type: 'quantitative', scale: { type: 'log' }, axis: { title: 'ns', tickCount: 4 } },
    color: {
      field: 'name',
      scale: { domain: contenders.map(({ name }) => name), range: ['#b0883a', '#2f81f7'] },
      legend: { title: null, orient: 'bottom' },
    },
  },
});
await writeSvg({ hconcat: panels.map(panel), spacing: 40 }, join(import.meta.dirname, 'scaling.svg'));
