import { eventClasses } from '../harness/events.mjs';
import { syncHandlers } from '../harness/handlers.mjs';

const count = 100_000;
const classes = eventClasses(1000);

export default [
  {
    id: 'g',
    title: `memory of a subscription, ${count} of them over ${classes.length} classes (handlers not counted)`,
    takes: ({ contender, first }) => first && !contender.declared,
    async measure({ contender }) {
      const bus = contender.create();
      const handlers = syncHandlers(count);
      const keys = classes.map((eventClass) => bus.keyOf(eventClass));
      const held = Array.from({ length: count });
      const before = await heapUsed();
      for (let index = 0; index < count; index++) {
        held[index] = bus.subscribe(keys[index % keys.length], handlers[index]);
      }
      const bytes = ((await heapUsed()) - before) / count;
      // Used after the measuring, so that nothing of it was collected before.
      if (held.length + handlers.length !== 2 * count) throw new Error('unreachable');
      return { bytes };
    },
  },
];

async function heapUsed() {
  const collect = globalThis.gc ?? (() => globalThis.Bun.gc(true));
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((settled) => setTimeout(settled));
    collect();
  }
  return process.memoryUsage().heapUsed;
}
