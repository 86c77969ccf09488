import { EventCatalog } from 'class-events/catalog';
import { collectUncaughtErrors } from '../support/uncaught-errors';
import { Asked, Said } from './fixtures/catalog';
import { openOffice, until, useWorkers } from './office';

useWorkers();

/** The main thread's, which reads what is said in a way of its own. */
const catalogReading = (schema: (said: Said) => unknown): EventCatalog =>
  new EventCatalog().add(Asked, { name: 'asked', read: ({ what, data }) => new Asked(what, data) }).add(Said, {
    name: 'said',
    schema: { '~standard': { version: 1, vendor: 'tests', validate: (value) => schema(value as Said) as never } },
    read: ({ what, data }) => new Said(what, data),
  });

describe('An event from a worker that the main thread', () => {
  const errors = collectUncaughtErrors();
  const picky = (): EventCatalog => catalogReading(() => ({ issues: [{ message: 'not like this' }] }));

  it('cannot read rejects its publish', async () => {
    const { ask, said } = openOffice({ catalog: picky() });
    const [error] = (await ask('say it')) as [AggregateError];
    expect(error.name).toBe('RemotePublishError');
    expect(String(error.errors[0])).toContain('not like this');
    expect([said, errors]).toEqual([[], []]);
  });

  it('cannot read surfaces where it was emitted, and fails no delivery', async () => {
    const { ask, said } = openOffice({ catalog: picky() });
    expect(await ask('say the data', 7)).toEqual([]);
    await until(() => errors.length === 1);
    expect(String(errors[0])).toContain('not like this');
    expect(said).toEqual([]);
  });

  it('reads slowly keeps its place before one that is read at once', async () => {
    const slowly = (value: Said): unknown =>
      value.what === 1 ? new Promise((resolve) => setTimeout(() => resolve({ value }), 50)) : { value };
    const { ask, said } = openOffice({ catalog: catalogReading(slowly) });
    expect(await ask('count to three')).toEqual([]);
    expect(said).toEqual([1, 2, 3]);
  });
});
