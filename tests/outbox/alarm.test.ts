import { Alarm } from '../../src/outbox/relaying/alarm.js';

describe('an alarm', () => {
  afterEach(() => jest.useRealTimers());

  it('does not ring at once when it is to ring after more time than a timer can wait', async () => {
    jest.useFakeTimers();
    const alarm = new Alarm();
    let rings = 0;
    void alarm.wait(2 ** 31 - 1).then(() => rings++);
    alarm.ringIn(30 * 24 * 3_600_000);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(rings).toBe(0);
    alarm.clear();
  });
});
