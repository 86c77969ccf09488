import { CloseTimeoutError } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { inWorker, WorkerPoolClosedError, WorkerQueueFullError } from 'class-events/workers';
import { Asked } from './fixtures/catalog';
import { Gate } from './gate';
import { moduleUrl, openOffice, until, useWorkers } from './office';

useWorkers();

describe('A pool whose threads are all busy', () => {
  it('has deliveries wait, in the order in which they came', async () => {
    const { ask, said } = openOffice({ queue: 2 });
    const gate = new Gate();
    const asked = [
      ask('block the thread', gate.array),
      ...['a', 'b', 'c', 'd', 'e'].map((letter) => ask('say the data', letter)),
    ];
    gate.open();
    expect(await Promise.all(asked)).toEqual([[], [], [], [], [], []]);
    expect(said).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('writes the events that are on a thread or in the queue, and those outside of it when they get a place', async () => {
    let written = 0;
    const catalog = new EventCatalog().add(Asked, {
      name: 'asked',
      write: ({ what, data }) => {
        written++;
        return { what, data };
      },
      read: ({ what, data }) => new Asked(what, data),
    });
    const { ask, bus } = openOffice({ queue: 1, catalog });
    const gate = new Gate();
    let executing = false;
    bus.observe({ onDelivery: ({ status }) => (executing ||= status === 'executing') });
    const asked = [ask('block the thread', gate.array), ...Array.from({ length: 4 }, () => ask('nothing'))];
    await until(() => executing);
    expect(written).toBe(2);
    gate.open();
    expect(await Promise.all(asked)).toEqual([[], [], [], [], []]);
    expect(written).toBe(5);
  });

  it('shows observers that they are waiting until they have a thread', async () => {
    const { ask, bus } = openOffice();
    const gate = new Gate();
    const seen: string[] = [];
    bus.observe({
      onDelivery: ({ event, status, subscription }) => {
        if (subscription.name === 'deeds.worker.mjs') seen.push(`${(event as Asked).what} ${status}`);
      },
    });
    const asked = [ask('block the thread', gate.array), ask('nothing')];
    await until(() => seen.length === 3);
    expect(seen).toEqual(['block the thread waiting', 'nothing waiting', 'block the thread executing']);
    gate.open();
    await Promise.all(asked);
    expect(seen.slice(3).sort()).toEqual(['block the thread fulfilled', 'nothing executing', 'nothing fulfilled']);
  });

  it('fails those beyond its queue, where that was chosen', async () => {
    const { ask } = openOffice({ queue: 2, whenFull: 'fail' });
    const gate = new Gate();
    const asked = [ask('block the thread', gate.array), ask('nothing'), ask('nothing'), ask('nothing')];
    const [refused] = (await asked[3]) as [Error];
    expect(refused).toBeInstanceOf(WorkerQueueFullError);
    expect(refused.message).toMatch(
      /^Asked → deeds\.worker\.mjs: all threads \(1\) are busy, and the queue \(2\) is full/,
    );
    gate.open();
    expect(await Promise.all(asked.slice(0, 3))).toEqual([[], [], []]);
    expect(await ask('nothing')).toEqual([]);
  });

  it('has a thread for whoever waited for the delivery before', async () => {
    const { ask } = openOffice({ queue: 0, whenFull: 'fail' });
    for (let round = 0; round < 20; round++) expect(await ask('nothing')).toEqual([]);
  });

  it('does not call a handler that timed out in the queue, and loses no thread by it', async () => {
    const { ask, call, said } = openOffice({ handler: { timeout: 200 }, grace: 10_000 });
    const gate = new Gate();
    const blocking = ask('block the thread', gate.array);
    const waiting = ask('say it');
    expect(String((await waiting)[0])).toMatch(/HandlerTimeoutError/);
    await blocking;
    gate.open();
    // Called by a handler without a timeout, because the thread of a slow machine may answer late.
    expect(await call('nothing')).toEqual([]);
    expect(said).toEqual([]);
  });

  it('does not give its thread to a delivery that was aborted in the queue, called by a handler', async () => {
    const { ask, said, call } = openOffice();
    const gate = new Gate();
    await ask('say the thread');
    const blocking = ask('block the thread', gate.array);
    const controller = new AbortController();
    const waiting = call('say it', controller.signal);
    controller.abort(new RangeError('no more'));
    gate.open();
    expect((await waiting).map(String)).toEqual(['RangeError: no more']);
    expect(await blocking).toEqual([]);
    await ask('say the thread');
    expect(said).toEqual([expect.any(Number), said[0]]);
  });

  it('keeps no thread for a handler that is called without a context', async () => {
    const { ask, pool } = openOffice();
    const handler = inWorker(moduleUrl('deeds'), { pool }) as (event: Asked) => Promise<void>;
    await expect(handler(new Asked('nothing'))).rejects.toThrow(TypeError);
    expect(await ask('nothing')).toEqual([]);
  });

  it('waits inside an around that is given, once for each attempt', async () => {
    const log: string[] = [];
    const around = async (run: () => unknown): Promise<unknown> => {
      log.push('begins');
      await Promise.resolve(run()).catch(() => log.push('fails'));
      return run();
    };
    const { ask } = openOffice({ handler: { around } });
    expect(await ask('throw late')).toHaveLength(1);
    expect(log).toEqual(['begins', 'fails']);
  });
});

describe('A pool that closes', () => {
  it('lets all deliveries settle first', async () => {
    const { ask, pool, said } = openOffice();
    const asked = [ask('say it'), ask('say it')];
    await pool.close();
    expect(said).toEqual(['say it', 'say it']);
    expect(await Promise.all(asked)).toEqual([[], []]);
  });

  it('names what was left when its time is up, ends it, and takes nothing any more', async () => {
    const { ask, pool, leave } = openOffice();
    const gate = new Gate();
    const asked = [ask('block the thread', gate.array), ask('nothing')];
    leave();
    const closing = pool.close({ timeout: 300 });
    await expect(closing).rejects.toThrow(CloseTimeoutError);
    await expect(closing).rejects.toThrow(
      'The pool was closed after 300 ms with unfinished deliveries: Asked → deeds.worker.mjs, Asked → deeds.worker.mjs.',
    );
    const [[left], [waiting], [late]] = (await Promise.all([...asked, ask('nothing')])) as [[Error], [Error], [Error]];
    expect(left.message).toContain('the worker was terminated when its pool closed');
    expect(waiting).toBeInstanceOf(WorkerPoolClosedError);
    expect(late).toBeInstanceOf(WorkerPoolClosedError);
    await expect(pool.close()).rejects.toThrow(CloseTimeoutError);
  });

  it('refuses a timeout that is none', async () => {
    const { pool } = openOffice();
    await expect(pool.close({ timeout: -1 })).rejects.toThrow(TypeError);
  });
});
