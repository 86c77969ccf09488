import { BusClosedError } from 'class-events';
import { collectUncaughtErrors } from '../support/uncaught-errors';
import { catalogOf, Said } from './fixtures/catalog';
import { Gate } from './gate';
import { openOffice, until, useWorkers } from './office';

useWorkers();

describe('The main bus, seen from a worker', () => {
  const errors = collectUncaughtErrors();

  it('takes events in the order in which they were published and emitted', async () => {
    const { ask, said } = openOffice();
    expect(await ask('count to three')).toEqual([]);
    expect(said).toEqual([1, 2, 3]);
  });

  it('settles a publish when the handlers of the main thread have settled', async () => {
    const { ask, said, bus } = openOffice();
    const log: string[] = [];
    bus.subscribe(Said, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      log.push('handled');
    });
    await ask('publish and tell');
    expect(said).toEqual(['to be heard', 'all is well']);
    expect(log[0]).toBe('handled');
  });

  it('rejects a publish with what the handlers of the main thread threw: names, messages and stacks', async () => {
    const { ask, said, bus } = openOffice();
    const failing = bus.subscribe(Said, ({ what }) => {
      if (what === 'to be heard') throw new RangeError('deaf');
    });
    bus.subscribe(Said, async ({ what }) => {
      if (what === 'to be heard') throw new TypeError('mute');
    });
    expect(await ask('publish and tell')).toEqual([]);
    failing.unsubscribe();
    expect(said[1]).toEqual([
      'RemotePublishError',
      'Said was published on the main thread, and failed there:\n  RangeError: deaf\n  TypeError: mute',
      ['RangeError: deaf', 'TypeError: mute'],
      ['true', 'true'],
    ]);
  });

  it('fails the delivery with that, where the handler does not catch it', async () => {
    const { ask, bus } = openOffice();
    bus.subscribe(Said, () => {
      throw new RangeError('deaf');
    });
    const [error] = (await ask('say it')) as [AggregateError];
    expect(error.name).toBe('RemotePublishError');
    expect(error.message).toContain('RangeError: deaf');
    expect((error.errors[0] as Error).message).toBe('deaf');
  });

  it('gets what was not awaited before its delivery has settled', async () => {
    const { ask, said } = openOffice();
    expect(await ask('publish without waiting')).toEqual([]);
    expect(said).toEqual(['not awaited']);
  });

  it('gets it before that also when reading takes a while, for an async schema', async () => {
    const validate = async (value: unknown): Promise<{ value: Said }> => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { value: value as Said };
    };
    const { ask, said } = openOffice({ catalog: catalogOf(validate) });
    expect(await ask('publish without waiting')).toEqual([]);
    expect(said).toEqual(['not awaited']);
  });

  it.each([0, 1, 2, 3, 4, 5])(
    'holds up no delivery whose handler publishes %i microtasks after it has returned',
    async (moment) => {
      const { ask } = openOffice();
      expect(await ask('publish a moment late', moment)).toEqual([]);
    },
  );

  it('gets what is written slowly, also when all that was published before has settled meanwhile', async () => {
    const { ask, said } = openOffice({ module: 'hesitant' });
    expect(await ask('publish, and emit what is slow')).toEqual([]);
    expect(said).toEqual(['not awaited', 'slow']);
  });

  it('keeps the order, and loses nothing, when an event cannot be written that came after a slow one', async () => {
    const { ask, said } = openOffice({ module: 'hesitant' });
    expect(await ask('emit what is slow, and publish what is invalid')).toEqual([]);
    expect(said).toEqual(['slow', 'at once']);
  });

  it('fails the delivery that emits what an async schema refuses, and leaves its worker', async () => {
    const { ask } = openOffice({ module: 'hesitant' });
    expect(await ask('emit what is invalid')).toEqual([
      expect.objectContaining({ name: 'EventDataError', message: expect.stringContaining('RangeError: invalid') }),
    ]);
    expect(await ask('nothing')).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('rejects a publish also where what a handler of the main thread threw cannot be read', async () => {
    const { ask, said, bus } = openOffice();
    const hostile = Object.defineProperty(new RangeError('deaf'), 'detail', {
      enumerable: true,
      get: () => {
        throw new TypeError('no detail');
      },
    });
    bus.subscribe(Said, ({ what }) => {
      if (what === 'to be heard') throw Object.assign(hostile, { toString: () => 'what?' });
    });
    expect(await ask('publish and tell')).toEqual([]);
    expect((said[1] as unknown[])[2]).toEqual([expect.stringContaining('deaf')]);
  });

  it('fails loudly where nobody awaited a publish that failed', async () => {
    const { ask, bus } = openOffice();
    bus.subscribe(Said, () => {
      throw new RangeError('deaf');
    });
    expect(await ask('publish without waiting')).toEqual([]);
    await until(() => errors.length === 1);
    expect(String(errors[0])).toContain('RangeError: deaf');
  });

  it('moves what is to be moved', async () => {
    const { ask, said, bus } = openOffice();
    const moved = bus.waitFor(Said);
    await ask('move a buffer');
    expect(((await moved).data as ArrayBuffer).byteLength).toBe(64);
    expect(said).toEqual(['moved', 0]);
  });

  it('refuses what the catalog does not know, where it is published', async () => {
    const { ask } = openOffice();
    const [error] = (await ask('publish what is not listed')) as [Error];
    expect(error.name).toBe('UncataloguedEventError');
    expect(error.message).toContain('Unlisted is not in the catalog');
  });

  it('refuses what is published after the handler has returned, loudly', async () => {
    const { ask, said } = openOffice();
    expect(await ask('publish too late')).toEqual([]);
    await until(() => errors.length === 1);
    expect(String(errors[0])).toContain('Said was published by a handler that had returned already');
    expect(said).toEqual([]);
  });

  it('fails the delivery that emits when it is closed, and nothing else', async () => {
    const { ask, bus, pool, leave } = openOffice();
    leave();
    const gate = new Gate();
    const asked = ask('block the thread, and emit', gate.array);
    await expect(bus.close({ timeout: 20 })).rejects.toThrow('Asked → deeds.worker.mjs');
    gate.open();
    await pool.close();
    expect(await asked).toEqual([expect.any(BusClosedError)]);
    expect(errors).toEqual([]);
  });

  it('says that it is closed', async () => {
    const { ask, bus, pool, leave } = openOffice();
    leave();
    // Delivered still, for the bus closes with it unfinished.
    const asked = ask('wait to be aborted');
    await bus.waitFor(Said);
    await expect(bus.close({ timeout: 20 })).rejects.toThrow('Asked → deeds.worker.mjs');
    await expect(pool.close({ timeout: 20 })).rejects.toThrow('Asked → deeds.worker.mjs');
    expect(String((await asked)[0])).toContain('terminated when its pool closed');
    await expect(bus.publish(new Said('late'))).rejects.toThrow(BusClosedError);
  });
});
