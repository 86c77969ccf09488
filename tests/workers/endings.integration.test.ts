import { EventBus, HandlerTimeoutError } from 'class-events';
import { inWorker, WorkerEndedError, WorkerPool } from 'class-events/workers';
import { collectUncaughtErrors } from '../support/uncaught-errors';
import { Asked, catalogOf } from './fixtures/catalog';
import { Gate } from './gate';
import { moduleUrl, type Office, openOffice, until, useWorkers } from './office';

useWorkers();

const sharedArray = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));

/** Milliseconds after which a handler times out: a worker that runs gets a message sooner, also on a busy machine. */
const aWhile = 1_000;

/** The others wait behind the one that ends its worker, and none of them is lost. */
async function askAmongOthers({ ask, said }: Office, what: string, data?: unknown): Promise<unknown> {
  const [[reason], ...others] = await Promise.all([
    ask(what, data),
    ask('say it', 1),
    ask('say it', 2),
    ask('say it', 3),
  ]);
  expect(others).toEqual([[], [], []]);
  expect(said.filter((line) => line === 'say it')).toHaveLength(3);
  return reason;
}

describe('A worker that ends before its handler has', () => {
  const errors = collectUncaughtErrors();

  it.each([
    ['exit', /the worker did not finish: Error: worker exited with code: 7/],
    ['exit from a timer', /the worker did not finish: Error: worker exited with code: 7/],
    ['throw outside', /the worker did not finish: Error: thrown outside/],
    ['reject outside', /the worker did not finish: Error: rejected outside/],
  ])('fails its delivery and no other: %s', async (what, message) => {
    const error = (await askAmongOthers(openOffice(), what)) as Error;
    expect(error).toBeInstanceOf(WorkerEndedError);
    expect(error.message).toMatch(/^Asked → deeds\.worker\.mjs: /);
    expect(error.message).toMatch(message);
    expect(error.cause).toBeDefined();
  });

  it('fails its delivery and no other: out of memory', async () => {
    const office = openOffice({ resourceLimits: { maxOldGenerationSizeMb: 32 } });
    const error = (await askAmongOthers(office, 'take all memory')) as Error;
    expect(error).toBeInstanceOf(WorkerEndedError);
    expect(error.message).toMatch(/memory/);
  });

  it('fails each delivery where threads die before they are ready, and holds up none', async () => {
    const { ask } = openOffice({ resourceLimits: { maxOldGenerationSizeMb: 1, maxYoungGenerationSizeMb: 1 } });
    for (let round = 0; round < 4; round++) expect(await ask('nothing')).toEqual([expect.any(WorkerEndedError)]);
    const failures = await Promise.all([ask('nothing'), ask('nothing'), ask('nothing')]);
    expect(failures.flat()).toEqual(Array.from({ length: 3 }, () => expect.any(WorkerEndedError) as Error));
    expect(errors).toEqual([]);
  });

  it('is replaced each time, however often it happens', async () => {
    const { ask, said } = openOffice({ threads: 2 });
    const asked = Array.from({ length: 12 }, (_, index) => ask(index % 2 ? 'exit' : 'say it'));
    const failures = await Promise.all(asked);
    expect(failures.filter(([error]) => error instanceof WorkerEndedError)).toHaveLength(6);
    expect(said).toHaveLength(6);
  });

  it('is told to the platform when no delivery was running that could fail of it', async () => {
    const { ask } = openOffice();
    const gate = new Gate();
    expect(await ask('throw when the gate opens', gate.array)).toEqual([]);
    gate.open();
    await until(() => errors.length === 1);
    expect(await ask('nothing')).toEqual([]);
    expect(errors).toEqual([expect.any(WorkerEndedError)]);
    expect(String(errors[0])).toContain('between deliveries: Error: after the delivery');
  });
});

describe('A handler whose delivery is aborted', () => {
  it('hears of the timeout by context.signal, and its worker stays', async () => {
    const { ask, call, said } = openOffice({ handler: { timeout: aWhile } });
    // Otherwise a slow machine could take longer than that to start the worker.
    await call('nothing');
    const [error] = await ask('wait to be aborted');
    expect(error).toBeInstanceOf(HandlerTimeoutError);
    await until(() => said.length === 2);
    expect(said).toEqual(['waits', 'heard of HandlerTimeoutError']);
    expect(await ask('nothing')).toEqual([]);
  });

  it('hears of the publisher who gave up, and the failure is what it throws', async () => {
    const { bus, said } = openOffice();
    const controller = new AbortController();
    const publishing = bus.publishSettled(new Asked('wait to be aborted'), { signal: controller.signal });
    await until(() => said.includes('waits'));
    controller.abort(new RangeError('no more'));
    const { failures } = await publishing;
    expect(failures.map(({ reason }) => String(reason))).toEqual(['RangeError: no more']);
    expect(said).toEqual(['waits', 'heard of RangeError']);
  });

  it('hears of a reason that cannot be read as well as it can be', async () => {
    const { bus, said } = openOffice();
    const controller = new AbortController();
    const reason = Object.defineProperty(new RangeError('no more'), 'detail', {
      get: () => {
        throw new TypeError('no detail');
      },
    });
    const publishing = bus.publishSettled(new Asked('wait to be aborted'), { signal: controller.signal });
    await until(() => said.includes('waits'));
    controller.abort(reason);
    const { failures } = await publishing;
    expect(failures.map((failure) => String(failure.reason))).toEqual(['RangeError: no more']);
    expect(said).toEqual(['waits', 'heard of RangeError']);
  });

  it('has the grace also where it has begun and this thread has not heard of it yet', async () => {
    const { bus, ask, said } = openOffice();
    await ask('nothing');
    let executing = false;
    bus.observe({ onDelivery: ({ status }) => (executing ||= status === 'executing') });
    const begun = sharedArray();
    const controller = new AbortController();
    const publishing = bus.publishSettled(new Asked('wait to be aborted', begun), { signal: controller.signal });
    await until(() => executing);
    Atomics.wait(begun, 0, 0);
    controller.abort(new RangeError('no more'));
    const { failures } = await publishing;
    expect(failures.map(({ reason }) => String(reason))).toEqual(['RangeError: no more']);
    expect(said).toEqual(['waits', 'heard of RangeError']);
  });

  it('says that it may have begun, where nothing was heard of it', async () => {
    const { bus } = openOffice({ module: 'stuck', grace: 50 });
    let executing = false;
    bus.observe({ onDelivery: ({ status }) => (executing ||= status === 'executing') });
    const controller = new AbortController();
    const publishing = bus.publishSettled(new Asked('nothing'), { signal: controller.signal });
    await until(() => executing);
    controller.abort();
    const [failure] = (await publishing).failures;
    expect(String(failure?.reason)).toContain(
      'the worker was terminated 50 ms after context.signal had aborted. Its handler may have begun.',
    );
  });

  it.each(['loop for ever', 'wait for ever'])(
    'is terminated when it does not heed that, its worker is replaced, and no other delivery is lost: %s',
    async (what) => {
      const { bus, pool, said, ask } = openOffice({ grace: 50 });
      const patient = new EventBus();
      patient.subscribe(Asked, inWorker(moduleUrl('deeds'), { pool }), { timeout: aWhile });
      await ask('nothing');
      const begun = sharedArray();
      const looping = patient.publishSettled(new Asked(what, begun));
      const others = [ask('say it'), ask('say it')];
      const [failure] = (await looping).failures;
      expect(begun[0]).toBe(1);
      expect(failure?.reason).toBeInstanceOf(HandlerTimeoutError);
      expect(await Promise.all(others)).toEqual([[], []]);
      expect(said).toEqual(['say it', 'say it']);
      await bus.idle();
    },
  );

  it('says that it was terminated where the delivery waited for it', async () => {
    const { bus } = openOffice({ grace: 50 });
    const controller = new AbortController();
    const begun = sharedArray();
    const publishing = bus.publishSettled(new Asked('loop for ever', begun), { signal: controller.signal });
    await until(() => begun[0] === 1);
    controller.abort();
    const [failure] = (await publishing).failures;
    expect(failure?.reason).toBeInstanceOf(WorkerEndedError);
    expect(String(failure?.reason)).toContain('its handler went on for 50 ms after context.signal had aborted');
  });
});

describe('A module that is no worker module', () => {
  const fails = async (name: string): Promise<unknown> => {
    const bus = new EventBus();
    const pool = new WorkerPool({ catalog: catalogOf(), bus, threads: 1 });
    bus.subscribe(Asked, inWorker(moduleUrl(name), { pool }));
    const { failures } = await bus.publishSettled(new Asked('nothing'));
    await pool.close();
    return failures[0]?.reason;
  };

  it('fails each delivery with what is wrong: it cannot be found', async () => {
    const error = await fails('missing');
    expect(error).toBeInstanceOf(WorkerEndedError);
    expect(String(error)).toMatch(/missing\.worker\.mjs: the worker did not finish: .*Cannot find module/);
  });

  it('fails each delivery with what is wrong: it throws', async () => {
    expect(String(await fails('broken'))).toContain('did not finish: Error: broken when it is loaded');
  });

  it('fails each delivery with what is wrong: it forgot workerHandler', async () => {
    const error = await fails('plain');
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain('does not export default workerHandler(catalog, handler)');
  });
});
