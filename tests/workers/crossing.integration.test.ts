import { PublishError } from 'class-events';
import { Asked, Said } from './fixtures/catalog';
import { openOffice, useWorkers } from './office';

useWorkers();

describe('An event that crosses to a worker', () => {
  it('arrives as an instance of its class, and its data as structured clone has it', async () => {
    const { bus, ask, said } = openOffice();
    const heard = bus.waitFor(Said);
    expect(await ask('say its class', new Map([['date', new Date(7)]]))).toEqual([]);
    expect(said).toEqual([['Asked', 'Map']]);
    expect((await heard).data).toEqual(new Map([['date', new Date(7)]]));
  });

  it('is handled before its publish settles', async () => {
    const { ask, said } = openOffice();
    expect(await ask('say it')).toEqual([]);
    expect(said).toEqual(['say it']);
  });

  it('is moved where that is asked for: the buffer is not in this thread any more', async () => {
    const { ask, said } = openOffice({ transfer: (event) => [event.data as ArrayBuffer] });
    const buffer = new ArrayBuffer(1024);
    expect(await ask('say the size', buffer)).toEqual([]);
    expect(said).toEqual([1024]);
    expect(buffer.byteLength).toBe(0);
  });

  it('is copied where that is not asked for', async () => {
    const { ask, said } = openOffice();
    const buffer = new ArrayBuffer(1024);
    await ask('say the size', buffer);
    expect(said).toEqual([1024]);
    expect(buffer.byteLength).toBe(1024);
  });

  it('an event that cannot be cloned fails its delivery with the remedy, and the pool goes on', async () => {
    const { ask } = openOffice();
    const [error] = await ask('nothing', () => {});
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(/Asked → deeds\.worker\.mjs: the event cannot be sent .* 'write' in the catalog/s);
    expect(await ask('nothing')).toEqual([]);
  });

  it('an event of a subclass that is not in the catalog fails its delivery, naming it', async () => {
    const { bus } = openOffice();
    class AskedTwice extends Asked {}
    await expect(bus.publish(new AskedTwice('nothing'))).rejects.toThrow('AskedTwice is not in the catalog');
  });

  it('finds its handler without a durable context, and unaborted', async () => {
    const { ask, said } = openOffice();
    await ask('say the context');
    expect(said).toEqual([[undefined, undefined, false]]);
  });
});

describe('What a handler throws in a worker', () => {
  it('is the failure of the delivery: an Error with its name, message, stack, cause and fields', async () => {
    const { ask } = openOffice();
    const [error] = (await ask('throw an error')) as [Error & { code: string; unclonable: unknown }];
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('DeedError');
    expect(error.message).toBe('no such deed');
    expect(error.stack).toMatch(/no such deed\n.*at .*deeds\.worker\.mjs:\d+/s);
    expect(error.code).toBe('E_DEED');
    expect(error.unclonable).toMatch(/=>/);
    expect(error.cause).toBeInstanceOf(Error);
    expect((error.cause as Error).name).toBe('RangeError');
    expect((error.cause as Error).message).toBe('too far');
  });

  it('keeps what it holds: the errors of an AggregateError, those in its fields, and a circle of causes', async () => {
    const { ask } = openOffice();
    const [error] = (await ask('throw errors in errors')) as [AggregateError & { inner: Error; cause: Error }];
    expect(error.name).toBe('AggregateError');
    const [deedError, thrownText] = error.errors as [Error & { code: string }, unknown];
    expect([deedError.name, deedError.message, deedError.code, thrownText]).toEqual([
      'DeedError',
      'one',
      'E_DEED',
      'no error',
    ]);
    expect([error.inner.name, error.inner.message]).toEqual(['DeedError', 'inner']);
    expect([error.cause.name, error.cause.message, error.cause.stack]).toEqual(['DeedError', 'why', undefined]);
    expect(error.cause.cause).toBe(error);
  });

  it('crosses also where its causes are a long chain, which is cut', async () => {
    const { ask } = openOffice();
    const [error] = (await ask('throw a chain')) as [Error];
    expect(error.message).toBe('link 99999');
    expect((error.cause as Error).message).toBe('link 99998');
  });

  it.each([
    ['a getter that throws', 'DeedError', 'no such deed'],
    ['a name that throws', '(reading name threw RangeError: no name)', 'no such deed'],
    ['a name that is no text', 'Symbol(deed)', 'no such deed'],
    ['a message that throws', 'DeedError', '(reading message threw RangeError: no message)'],
    ['a toString of its own', 'DeedError', 'no such deed'],
    ['a proxy of an error', 'DeedError', 'no such deed'],
    [
      'a proxy that throws',
      '(reading name threw RangeError: no field)',
      '(reading message threw RangeError: no field)',
    ],
  ])('is told as far as it can be read: %s', async (what, name, message) => {
    const { ask } = openOffice();
    const [error] = (await ask('throw what cannot be read', what)) as [Error];
    expect([error instanceof Error, error.name, error.message]).toEqual([true, name, message]);
    expect(await ask('nothing')).toEqual([]);
  });

  it('is the failure of the delivery also where it says nothing: a proxy that was revoked', async () => {
    const { ask } = openOffice();
    const [error] = (await ask('throw what cannot be read', 'a proxy that was revoked')) as [Error];
    expect(error.message).toMatch(/ was thrown\.$/);
    expect(error.name).not.toBe('WorkerEndedError');
  });

  it('is in the message of the PublishError, by event and handler', async () => {
    const { bus } = openOffice();
    const publishing = bus.publish(new Asked('throw late'));
    await expect(publishing).rejects.toThrow(PublishError);
    await expect(publishing).rejects.toThrow('Asked → deeds.worker.mjs: TypeError: late');
  });

  it.each([
    ['throw a text', "'just a text' was thrown.", 'just a text'],
    ['throw a function', "'() => {", undefined],
  ])('is an Error with the value as its cause where it was none: %s', async (what, message, cause) => {
    const { ask } = openOffice();
    const [error] = (await ask(what)) as [Error];
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toContain(message);
    if (cause !== undefined) expect(error.cause).toBe(cause);
  });
});
