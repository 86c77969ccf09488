// What the worker threads of pool.mjs do.
import { workerHandler } from 'class-events/workers';
import { catalog, Said } from './pool-events.mjs';

const deeds = {
  answer: ({ number }, { mainBus }) => mainBus.publish(new Said(number)),
  return: () => {},
  throw: () => {
    throw new RangeError('thrown in the worker');
  },
  exit: () => process.exit(7),
  loop: () => {
    for (;;);
  },
  'take all memory': () => {
    const all = [];
    for (;;) all.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
  },
};

export default workerHandler(catalog, (event, context) => deeds[event.what](event, context));
