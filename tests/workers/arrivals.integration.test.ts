import { EventCatalog } from 'class-events/catalog';
import { collectUncaughtErrors } from '../support/uncaught-errors';
import { Asked, catalogOf, type Said, type Validate } from './fixtures/catalog';
import { openOffice, useWorkers } from './office';

useWorkers();

describe('An event from a worker that the main thread', () => {
  const errors = collectUncaughtErrors();
  const refuse: Validate = () => ({ issues: [{ message: 'not like this' }] });

  it('cannot read rejects its publish', async () => {
    const { ask, said } = openOffice({ catalog: catalogOf(refuse) });
    const [error] = (await ask('say it')) as [AggregateError];
    expect(error.name).toBe('RemotePublishError');
    expect(error.errors[0]).toMatchObject({ name: 'EventDataError', issues: [{ message: 'not like this' }] });
    expect([said, errors]).toEqual([[], []]);
  });

  it('cannot read fails the delivery that emitted it, and ends nothing', async () => {
    const { ask, said } = openOffice({ catalog: catalogOf(refuse) });
    const [error] = await ask('say the data', 7);
    expect(error).toHaveProperty('name', 'EventDataError');
    expect([said, errors]).toEqual([[], []]);
  });

  it.each([
    ['a forbidden key', /UnsafeDataError: .*Said.*'constructor'/],
    ['too many levels', /UnsafeDataError: .*Said.*more than 64 levels/],
  ])('refuses fails the delivery that emitted it, and no other: %s', async (what, message) => {
    const { ask, said } = openOffice();
    const [[error], ...others] = await Promise.all([ask('emit what is refused', [what]), ask('say it'), ask('say it')]);
    expect(String(error)).toMatch(message);
    expect([others, said, errors]).toEqual([[[], []], ['say it', 'say it'], []]);
  });

  it('does not know fails the delivery that emitted it', async () => {
    const catalog = new EventCatalog().add(Asked, {
      name: 'asked',
      read: ({ what, data }) => new Asked(what, data),
    });
    const { ask } = openOffice({ catalog });
    expect(await ask('say the data', 7)).toEqual([expect.objectContaining({ name: 'UnknownEventError' })]);
    expect(errors).toEqual([]);
  });

  it('refuses is told once for each, all of them in one failure', async () => {
    const { ask, said } = openOffice();
    const [error] = (await ask('emit what is refused', ['a forbidden key', 'nothing', 'too many levels'])) as [
      AggregateError,
    ];
    expect(error.message).toMatch(/^Events that the handler emitted were refused:\n {2}Unsafe.*\n {2}Unsafe/);
    expect(error.errors).toHaveLength(2);
    expect([said, errors]).toEqual([[undefined], []]);
  });

  it('refuses is told beside what the handler itself throws', async () => {
    const { ask } = openOffice();
    const [error] = (await ask('emit what is refused, and throw')) as [AggregateError];
    expect(error.errors.map(({ name }: Error) => name)).toEqual(['RangeError', 'UnsafeDataError']);
    expect(error.message).toMatch(/^The handler failed, and events that it emitted were refused:\n {2}RangeError: /);
    expect(errors).toEqual([]);
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
