import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EventBus, type Handler } from 'class-events';
import { inWorker, WorkerPool } from 'class-events/workers';
import { Album } from './album.js';
import { catalog, ImageUploaded } from './image-events.js';
import { makeThumbnail } from './make-thumbnail.js';
import { uploads } from './photographs.js';
import { Progress } from './progress.js';
import { Stopwatch } from './stopwatch.js';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '24' },
    threads: { type: 'string', default: '2' },
    to: { type: 'string', default: join(tmpdir(), 'class-events-thumbnails') },
  },
});
const images = Number(values.images);
const threads = Number(values.threads);

console.log(`Thumbnails of ${images} photographs`);
await onWorkers();
await onMainThread();

async function onWorkers(): Promise<void> {
  const bus = new EventBus();
  const pool = new WorkerPool({ catalog, bus, threads });
  const thumbnail = inWorker<ImageUploaded>(new URL('./thumbnail.worker.ts', import.meta.url), {
    pool,
    // Moved and not copied: nobody else reads them.
    transfer: ({ jpeg }) => [jpeg.buffer],
  });
  await makeAll(`on ${threads} worker threads`, bus, thumbnail, 'worker-threads');
  await pool.close();
}

async function onMainThread(): Promise<void> {
  const bus = new EventBus();
  const thumbnail: Handler<ImageUploaded> = async (event) => makeThumbnail(event, { mainBus: bus });
  await makeAll('on the main thread', bus, thumbnail, 'main-thread');
}

async function makeAll(where: string, bus: EventBus, thumbnail: Handler<ImageUploaded>, folder: string): Promise<void> {
  const progress = new Progress(images);
  const stopwatch = new Stopwatch();
  bus.observe(progress);
  bus.subscribe(ImageUploaded, thumbnail);
  bus.register(new Album(join(values.to, folder)));

  for (const upload of uploads(images)) bus.emit(upload);
  await bus.close(); // waits for all of them
  progress.stop();
  console.log(`${where}: ${await stopwatch.stop()}`);
}
