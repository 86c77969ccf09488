import { Alarm } from '../../src/outbox/relaying/alarm.js';

describe('an alarm', () => {
  let alarm: Alarm;
  let rings: number;
  /** Waits again and again, as a relay does, and counts. */
  const countRings = async (): Promise<void> => {
    for (;;) {
      await alarm.wait(2 ** 31 - 1);
      rings++;
    }
  };

  beforeEach(() => {
    jest.useFakeTimers();
    alarm = new Alarm();
    rings = 0;
  });
  afterEach(() => jest.useRealTimers());

  it('does not ring at once when it is to ring after more time than a timer can wait', async () => {
    void countRings();
    alarm.ringIn(30 * 24 * 3_600_000);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(rings).toBe(0);
    await jest.advanceTimersByTimeAsync(30 * 24 * 3_600_000);
    expect(rings).toBeGreaterThan(0);
    alarm.clear();
  });

  it('rings at each of several times, whichever was asked for first, with one timer', async () => {
    void countRings();
    for (const time of [300, 100, 200, 100]) alarm.ringIn(time);
    // Its own, and the one that bounds the wait.
    expect(jest.getTimerCount()).toBe(2);
    await jest.advanceTimersByTimeAsync(99);
    expect(rings).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(rings).toBe(1);
    await jest.advanceTimersByTimeAsync(100);
    expect(rings).toBe(2);
    await jest.advanceTimersByTimeAsync(100);
    expect(rings).toBe(3);
    expect(jest.getTimerCount()).toBe(1);
  });

  it('rings once for a ring that came while there was no waiter', async () => {
    alarm.ring();
    alarm.ring();
    void countRings();
    await jest.advanceTimersByTimeAsync(0);
    expect(rings).toBe(1);
  });

  it('rings at no time any more that was asked for before it was cleared', async () => {
    void countRings();
    alarm.ringIn(100);
    alarm.clear();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(rings).toBe(0);
    expect(jest.getTimerCount()).toBe(1);
  });
});
