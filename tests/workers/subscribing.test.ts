import { EventBus, type HandlerContext, On } from 'class-events';
import { inWorker, WorkerPool, workerHandler } from 'class-events/workers';
import { Asked, catalogOf, Said, Unlisted } from './fixtures/catalog';
import { moduleUrl, useWorkers } from './office';

useWorkers();

describe('A handler in a worker', () => {
  const bus = new EventBus();
  const catalog = catalogOf();
  let pool: WorkerPool;
  const said: unknown[] = [];
  beforeAll(() => {
    pool = new WorkerPool({ catalog, bus, threads: 1 });
    bus.subscribe(Said, ({ what }) => void said.push(what));
  });
  afterAll(() => pool.close());
  beforeEach(() => said.splice(0));

  it('is refused for a class that is not in the catalog, when it is subscribed, and nothing stays behind', () => {
    const before = bus.subscriptions();
    const handler = inWorker(moduleUrl('deeds'), { pool });
    expect(() => bus.subscribe(Unlisted, handler)).toThrow(
      'Unlisted is not in the catalog of the pool, so deeds.worker.mjs could not get it. Add it: catalog.add(Unlisted, {',
    );
    expect(() => bus.subscribe([Asked, Unlisted], handler)).toThrow(TypeError);
    expect(bus.subscriptions()).toEqual(before);
  });

  it('is async, has the name of its file, and subscribes once, with and without an around', () => {
    const handler = inWorker<Asked>(moduleUrl('deeds'), { pool });
    const around = (run: () => unknown): unknown => run();
    using subscription = bus.subscribe(Asked, handler, { timeout: 10 });
    expect([subscription.mode, subscription.name]).toEqual(['async', 'deeds.worker.mjs']);
    expect(bus.subscribe(Asked, handler, { timeout: 10 })).toBe(subscription);
    subscription.unsubscribe();
    using guarded = bus.subscribe(Asked, handler, { around });
    expect(bus.subscribe(Asked, handler, { around })).toBe(guarded);
    expect(() => bus.subscribe(Asked, handler)).toThrow('another around');
    expect(() => bus.subscribe(Asked, handler, { around: 5 as never })).toThrow("'around' must be a function");
    expect(() => bus.subscribe(Asked, handler, 5 as never)).toThrow('Options are a plain object');
  });

  it('is the handle of a class that is marked', async () => {
    @On(Asked, { timeout: 10_000 })
    class Deeds {
      readonly handle = inWorker<Asked>(moduleUrl('deeds'), { pool });
    }
    using group = bus.register(new Deeds());
    expect(group.subscriptions.map(({ name }) => name)).toEqual(['Deeds.handle']);
    await bus.publish(new Asked('say it'));
    expect(said).toEqual(['say it']);

    @On(Unlisted)
    class Impossible {
      readonly handle = inWorker<Unlisted>(moduleUrl('deeds'), { pool });
    }
    expect(() => bus.register(new Impossible())).toThrow('Unlisted is not in the catalog');
  });

  it('is called by a method that is marked', async () => {
    class Deeds {
      readonly #inWorker = inWorker<Asked>(moduleUrl('deeds'), { pool });
      @On(Asked)
      async deed(event: Asked, context: HandlerContext): Promise<void> {
        await this.#inWorker(event, context);
        said.push('done');
      }
    }
    using group = bus.register(new Deeds());
    await bus.publish(new Asked('say it'));
    expect(said).toEqual(['say it', 'done']);
    expect(group.active).toBe(true);
  });

  it.each<[unknown, unknown, string]>([
    [
      './deeds.js',
      { pool: 0 },
      "inWorker takes the file: URL of a module, as in new URL('./thumbnail.worker.js', import.meta.url)",
    ],
    [new URL('https://example.org/x.js'), { pool: 0 }, 'inWorker takes the file: URL'],
    [new URL('file:///x.js'), { pool: {} }, "The option 'pool' must be a WorkerPool, not a plain object"],
    [new URL('file:///x.js'), {}, "inWorker needs the option 'pool'"],
    [new URL('file:///x.js'), undefined, "inWorker needs the option 'pool'"],
    [new URL('file:///x.js'), { transfer: [] }, "The option 'transfer' must be a function"],
  ])('cannot be made of %s and %j', (module, options, message) => {
    expect(() => inWorker(module as URL, options as never)).toThrow(new TypeError(message).constructor as never);
    expect(() => inWorker(module as URL, options as never)).toThrow(message);
  });

  it.each<[object | undefined, string]>([
    [undefined, "A pool needs the options 'catalog' and 'bus'"],
    [{ catalog }, "A pool needs the options 'catalog' and 'bus'"],
    [{ catalog: {}, bus }, "The option 'catalog' must be an EventCatalog"],
    [{ catalog, bus: {} }, "The option 'bus' must be an EventBus"],
    [{ catalog, bus, threads: 0 }, "The option 'threads' must be a whole number above 0"],
    [{ catalog, bus, queue: -1 }, "The option 'queue' must be a whole number, 0 or more"],
    [{ catalog, bus, whenFull: 'drop' }, "The option 'whenFull' must be one of wait, fail"],
    [{ catalog, bus, grace: 0 }, "The option 'grace' must be milliseconds"],
    [{ catalog, bus, resourceLimits: 7 }, "The option 'resourceLimits' must be an object"],
    [{ catalog, bus, size: 1 }, "Unknown option 'size'"],
  ])('has no pool of %#', (options, message) => {
    expect(() => new WorkerPool(options as never)).toThrow(message);
  });

  it('is made by workerHandler of a catalog and a function, in the worker', () => {
    expect(() => workerHandler(catalog, undefined as never)).toThrow('workerHandler takes a catalog and a function');
    expect(() => workerHandler(undefined as never, () => {})).toThrow(TypeError);
  });
});
