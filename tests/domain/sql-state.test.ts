import { sqlStateOf } from 'class-events/domain';

describe('sqlStateOf', () => {
  it.each([
    [{ code: '40P01' }, '40P01'],
    [{ code: 'P0001' }, 'P0001'],
    [new Error('Failed query', { cause: { code: '57P01' } }), '57P01'],
    [{ code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: 'XX000' } } } }, 'XX000'],
  ])('finds the code of the database: %p', (error, state) => {
    expect(sqlStateOf(error)).toBe(state);
  });

  it.each([
    undefined,
    null,
    '40P01',
    new Error('nothing'),
    { code: 'EPIPE' },
    { code: 'ECONNRESET' },
    { code: 'P1017' },
    { code: 40_001 },
  ])('finds none where the database has not spoken: %p', (error) => {
    expect(sqlStateOf(error)).toBeUndefined();
  });

  it('comes to an end with an error that is its own cause', () => {
    const error = new Error('again');
    error.cause = error;
    expect(sqlStateOf(error)).toBeUndefined();
  });
});
