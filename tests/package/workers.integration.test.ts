import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Consumer, root } from './consumer.js';

const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};

const events = `
  class Asked { constructor(number) { this.number = number; } }
  class Answered { constructor(number) { this.number = number; } }
  const catalog = new EventCatalog()
    .add(Asked, { name: 'asked', read: ({ number }) => new Asked(number) })
    .add(Answered, { name: 'answered', read: ({ number }) => new Answered(number) });
`;
const worker = `workerHandler(catalog, ({ number }, { mainBus }) => mainBus.publish(new Answered(number * 2)))`;
const main = `
  const bus = new EventBus();
  const pool = new WorkerPool({ catalog, bus, threads: 1 });
  bus.subscribe(Answered, (event) => console.log(event instanceof Answered, event.number));
  bus.subscribe(Asked, inWorker(url, { pool }));
  const published = bus.publish(new Asked(21));
`;
const close = `published.then(() => pool.close());`;
const esMain = `import { EventBus } from 'class-events';
  import { inWorker, WorkerPool } from 'class-events/workers';
  import { Asked, Answered, catalog } from './events.mjs';
  const url = new URL('./answer.worker.mjs', import.meta.url);${main}`;
const files: Readonly<Record<string, string>> = {
  'events.mjs': `import { EventCatalog } from 'class-events/catalog';${events}export { Asked, Answered, catalog };`,
  'answer.worker.mjs': `import { workerHandler } from 'class-events/workers';
    import { Answered, catalog } from './events.mjs';
    export default ${worker};`,
  'main.mjs': `${esMain}${close}`,
  'idle.mjs': esMain,
  'events.cjs': `const { EventCatalog } = require('class-events/catalog');${events}module.exports = { Asked, Answered, catalog };`,
  'answer.worker.cjs': `const { workerHandler } = require('class-events/workers');
    const { Answered, catalog } = require('./events.cjs');
    module.exports = ${worker};`,
  'main.cjs': `const { pathToFileURL } = require('node:url');
    const { EventBus } = require('class-events');
    const { inWorker, WorkerPool } = require('class-events/workers');
    const { Asked, Answered, catalog } = require('./events.cjs');
    const url = pathToFileURL(require.resolve('./answer.worker.cjs'));${main}${close}`,
};

describe('the workers of the packed package, beside piscina', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = new Consumer([`piscina@${devDependencies['piscina']}`]);
    for (const [file, text] of Object.entries(files)) consumer.write(file, text);
  });
  afterAll(() => consumer.remove());

  it.each(['main.mjs', 'main.cjs'])('handle an event, and publish another: %s', (program) => {
    expect(consumer.node(program)).toEqual({ status: 0, output: 'true 42\n' });
  });

  it('keep no process alive when they have nothing to do', () => {
    expect(consumer.node('idle.mjs')).toEqual({ status: 0, output: 'true 42\n' });
  });
});
