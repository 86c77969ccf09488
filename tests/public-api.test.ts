import * as api from 'class-events';

/** What a user can import. A name that comes or goes is a change of the public API: the changelog has to say so. */
const exported: Record<string, 'class' | 'function'> = {
  BusClosedError: 'class',
  CascadeError: 'class',
  CloseTimeoutError: 'class',
  EventBus: 'class',
  HandlerFailed: 'class',
  HandlerTimeoutError: 'class',
  NoUnitOfWorkError: 'class',
  On: 'function',
  PublishError: 'class',
  StoppableEvent: 'class',
  StreamOverflowError: 'class',
  UnhandledEvent: 'class',
};

describe('the public API', () => {
  it('is exactly this list of names', () => {
    const kinds = Object.entries(api).map(([name, value]) => [
      name,
      /^class\b/.test(String(value)) ? 'class' : 'function',
    ]);
    expect(Object.fromEntries(kinds)).toEqual(exported);
  });
});
