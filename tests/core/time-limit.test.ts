import { settledWithin, unrefTimers, withTimeout } from '../../src/core/time-limit.js';
import { Deferred } from '../support/deferred.js';
import { rejectionOf } from '../support/rejection.js';

const never = new Promise<never>(() => {});

describe('a time limit', () => {
  it('withTimeout settles as the promise does that is in time', async () => {
    const failure = new Error('in time');
    expect(await withTimeout(Promise.resolve(1), 60_000, () => 'late')).toBe(1);
    expect(await rejectionOf(withTimeout(Promise.reject(failure), 60_000, () => 'late'))).toBe(failure);
  });

  it('withTimeout rejects with the given error when the time is over', async () => {
    expect(await rejectionOf(withTimeout(never, 1, () => 'late'))).toBe('late');
  });

  it('settledWithin tells whether the promise was in time, and has no limit without one', async () => {
    const later = new Deferred();
    expect(await settledWithin(never, 1, unrefTimers)).toBe(false);
    const unlimited = settledWithin(later.promise, undefined);
    later.resolve();
    expect(await unlimited).toBe(true);
  });

  it('settledWithin throws what the promise rejects with in time', async () => {
    const failure = new Error('in time');
    expect(await rejectionOf(settledWithin(Promise.reject(failure), 60_000))).toBe(failure);
  });

  it('unrefTimers keep no process alive', () => {
    const timer = unrefTimers.setTimeout(() => undefined, 60_000) as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    unrefTimers.clearTimeout(timer);
  });
});
