import { collectUncaughtErrors } from '../support/uncaught-errors';
import { catalogOf, type Said, type Validate } from './fixtures/catalog';
import { openOffice, until, useWorkers } from './office';

useWorkers();

describe('An event from a worker that the main thread', () => {
  const errors = collectUncaughtErrors();
  const refuse: Validate = () => ({ issues: [{ message: 'not like this' }] });

  it('cannot read rejects its publish', async () => {
    const { ask, said } = openOffice({ catalog: catalogOf(refuse) });
    const [error] = (await ask('say it')) as [AggregateError];
    expect(error.name).toBe('RemotePublishError');
    expect(String(error.errors[0])).toContain('not like this');
    expect([said, errors]).toEqual([[], []]);
  });

  it('cannot read surfaces where it was emitted, and fails no delivery', async () => {
    const { ask, said } = openOffice({ catalog: catalogOf(refuse) });
    expect(await ask('say the data', 7)).toEqual([]);
    await until(() => errors.length === 1);
    expect(String(errors[0])).toContain('not like this');
    expect(said).toEqual([]);
  });

  it('reads slowly keeps its place before one that is read at once', async () => {
    const slowly: Validate = (said) => {
      const value = said as Said;
      return value.what === 1 ? new Promise((resolve) => setTimeout(() => resolve({ value }), 50)) : { value };
    };
    const { ask, said } = openOffice({ catalog: catalogOf(slowly) });
    expect(await ask('count to three')).toEqual([]);
    expect(said).toEqual([1, 2, 3]);
  });
});
