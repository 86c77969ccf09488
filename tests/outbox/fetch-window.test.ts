import type { StoredDelivery } from '../../src/outbox/index.js';
import type { Fetch, FetchAnswer } from '../../src/outbox/relaying/fetch.js';
import { FetchWindow } from '../../src/outbox/relaying/fetch-window.js';
import { LowMarks } from '../../src/outbox/relaying/low-marks.js';
import { bucket, row } from './stored-delivery.js';

const nothing: readonly StoredDelivery[] = [];
const nothingWaits = (): boolean => false;

/** A window of a queue that holds what the test says. */
class Window {
  readonly marks: LowMarks;
  readonly window: FetchWindow;
  answer: FetchAnswer | undefined;

  constructor({ capacity = 100, isReplay = false } = {}) {
    this.marks = new LowMarks(isReplay);
    for (const known of [bucket, 8, 9]) this.marks.learn(known, 0);
    this.window = new FetchWindow('mail.receipt', capacity, this.marks, (answer) => (this.answer = answer));
  }

  /** Asks while the log is complete up to nowhere, unless the test says up to where. */
  next(
    held = nothing,
    buckets: readonly number[] = [bucket],
    truncatedAt: readonly StoredDelivery[] = [],
    highWaterMark = Infinity,
  ): Fetch {
    const deliveries = new Map(held.map((delivery) => [delivery.seq, delivery]));
    return this.window.next(buckets, highWaterMark, { deliveries, truncatedAt })!;
  }

  get mark(): number | undefined {
    return this.marks.of(bucket);
  }

  get accepted(): readonly number[] {
    return this.answer!.accepted.map(({ seq }) => seq);
  }
}

describe('a fetch window', () => {
  it('reads on from the last row of an answer', () => {
    const rows = new Window();
    rows.next().accept([row(1, 'a'), row(2, 'b')], nothingWaits);
    expect(rows.next().request.from).toMatchObject([{ bucket, seq: 2 }]);
  });

  it('reads all that was not seen yet, although a row that is tried again is far behind it', () => {
    const rows = new Window();
    rows.next().accept([row(9_000, 'a', { isRetry: true }), row(1, 'b'), row(2, 'c')], nothingWaits);
    expect(rows.next().request.from[0]!.seq).toBeLessThanOrEqual(3);
  });

  it('reads from the high-water mark at the latest', () => {
    const rows = new Window();
    rows.next(nothing, [bucket], [], 20).accept([row(50, 'a')], nothingWaits);
    expect(rows.next(nothing, [bucket], [], 20).request.from[0]!.seq).toBe(20);
  });

  it('asks for nothing while more than half of the capacity is held, and for nothing without buckets', () => {
    const rows = new Window({ capacity: 2 });
    expect(rows.next([row(1, 'a'), row(2, 'b')])).toBeUndefined();
    expect(rows.next([row(1, 'a')])).toBeDefined();
    expect(rows.next(nothing, [])).toBeUndefined();
  });

  it('divides its room among the buckets that had rows, and adds the rows that it will meet again', () => {
    const rows = new Window();
    const limits = (): readonly number[] =>
      rows.next([row(1, 'a')], [bucket, 8, 9]).request.from.map(({ limit }) => limit);
    expect(limits()).toEqual([34, 33, 33]);
    rows.next().accept([row(1, 'a')], nothingWaits);
    expect(limits()).toEqual([100, 99, 99]);
  });

  it('says that there is more where a bucket or the whole answer was full', () => {
    const rows = new Window({ capacity: 2 });
    expect(rows.next().accept([row(1, 'a')], nothingWaits)).toBe(false);
    expect(rows.next().accept([row(1, 'a'), row(2, 'b')], nothingWaits)).toBe(true);
    expect(rows.window.hasMore).toBe(true);
  });

  it('leaves out truncated keys, and a key that another process is delivering until it is restarted', () => {
    const rows = new Window();
    rows.next().accept([row(1, 'a'), row(2, 'b', { isBlocked: true }), row(3, undefined)], () => true);
    expect(rows.next(nothing, [bucket], [row(4, 'c')]).request.except).toEqual(['c', 'a']);
    rows.window.restart();
    expect(rows.next().request.except).toEqual([]);
    expect(rows.next().request.from[0]!.seq).toBe(1);
  });

  it('reads a row that has to wait again, before what follows it', () => {
    const rows = new Window();
    rows.next().accept([row(1, 'a'), row(2, 'b'), row(3, 'b'), row(4, 'a')], ({ seq }) => seq === 2);
    expect(rows.accepted).toEqual([1, 4]);
    expect(rows.next().request.from[0]!.seq).toBe(2);
  });

  it('accepts a row once that the store returns twice', () => {
    const rows = new Window();
    rows.next().accept([row(1, 'a', { isRetry: true }), row(1, 'a'), row(2, 'a')], nothingWaits);
    expect(rows.accepted).toEqual([1, 2]);
  });

  it('accepts nothing that was held when the store was asked', () => {
    const rows = new Window();
    rows.next([row(1, 'a')]).accept([row(1, 'a'), row(2, 'a')], nothingWaits);
    expect(rows.accepted).toEqual([2]);
  });

  it('accepts nothing of a key of which a row was given up while the store was asked', () => {
    const rows = new Window();
    const fetch = rows.next([row(1, 'a')]);
    rows.window.restartAt(row(1, 'a'));
    fetch.accept([row(2, 'a'), row(3, 'b')], nothingWaits);
    expect(rows.accepted).toEqual([3]);
    expect(rows.next().request.from[0]!.seq).toBe(1);
  });

  it('accepts a key again in the fetch after the one in which its row was given up', () => {
    const rows = new Window();
    const fetch = rows.next();
    rows.window.restartAt(row(1, 'a'));
    fetch.accept(nothing, nothingWaits);
    rows.next().accept([row(1, 'a'), row(2, 'a')], nothingWaits);
    expect(rows.accepted).toEqual([1, 2]);
  });

  it('does not read a bucket of which the low mark is unknown', () => {
    const rows = new Window();
    rows.marks.forget();
    expect(rows.next()).toBeUndefined();
    rows.marks.learn(bucket, 30);
    expect(rows.next(nothing, [bucket, 8]).request.from).toMatchObject([{ bucket, seq: 30 }]);
  });

  it('reads from the low mark when it is restarted', () => {
    const rows = new Window();
    rows.next(nothing, [bucket], [], 40).accept([row(50, 'a')], nothingWaits);
    expect(rows.mark).toBe(40);
    rows.window.restart();
    expect(rows.next().request.from[0]!.seq).toBe(40);
  });

  it('is restarted although the answer to an open fetch comes later', () => {
    const rows = new Window();
    const fetch = rows.next(nothing, [bucket], [], 40);
    rows.window.restart();
    fetch.accept([row(50, 'a')], nothingWaits);
    expect(rows.next().request.from[0]!.seq).toBe(40);
  });
});

describe('the low mark of a bucket', () => {
  it('goes up to the place up to which the log was complete, where nothing is left', () => {
    const rows = new Window();
    rows.next(nothing, [bucket], [], 40).accept(nothing, nothingWaits);
    expect(rows.mark).toBe(40);
  });

  it('goes up to the first row in the answer, whether it is delivered, waits or is blocked', () => {
    for (const first of [row(7, 'a'), row(7, 'a', { isBlocked: true })]) {
      const rows = new Window();
      rows.next(nothing, [bucket], [], 40).accept([first, row(9, 'b')], ({ isBlocked }) => isBlocked);
      expect(rows.mark).toBe(7);
    }
  });

  it('goes up to the first row that is held, or was left in the store because its lane is full', () => {
    const held = new Window();
    held.next([row(5, 'a')], [bucket], [], 40).accept([row(9, 'b')], nothingWaits);
    expect(held.mark).toBe(5);
    const truncated = new Window();
    truncated.next(nothing, [bucket], [row(6, 'a')], 40).accept([row(9, 'b')], nothingWaits);
    expect(truncated.mark).toBe(6);
  });

  it('takes no notice of rows that are found by other means: retries, and rows that were put back', () => {
    const rows = new Window();
    rows.marks.learn(bucket, 20);
    const retry = row(22, 'a', { isRetry: true });
    rows.next([retry, row(3, 'b')], [bucket], [], 40).accept([retry, row(4, 'c')], nothingWaits);
    expect(rows.mark).toBe(40);
  });

  it('stays where the answer was cut before the bucket', () => {
    const rows = new Window({ capacity: 2 });
    rows
      .next(nothing, [bucket, 8], [], 40)
      .accept([row(1, 'a', { bucket: 8 }), row(2, 'b', { bucket: 8 })], nothingWaits);
    expect(rows.mark).toBe(0);
    expect(rows.marks.of(8)).toBe(1);
  });

  it('stays while a key is left out that another process is delivering', () => {
    const rows = new Window();
    rows.next().accept([row(1, 'a')], () => true);
    rows.next(nothing, [bucket], [], 40).accept(nothing, nothingWaits);
    expect(rows.mark).toBe(1);
  });

  it('stays when the store was not asked from there', () => {
    const rows = new Window();
    rows.next(nothing, [bucket], [], 10).accept([row(3, 'a'), row(50, 'b')], nothingWaits);
    rows.next(nothing, [bucket], [], 40).accept(nothing, nothingWaits);
    expect(rows.mark).toBe(3);
  });

  it('stays when a row was found below it while the store was asked', () => {
    const rows = new Window();
    rows.marks.learn(bucket, 20);
    const fetch = rows.next(nothing, [bucket], [], 40);
    rows.marks.lower(bucket, 2);
    fetch.accept(nothing, nothingWaits);
    expect(rows.mark).toBe(2);
  });

  it('of a replay goes no further than its last row that was seen, since its rows come at old places', () => {
    const rows = new Window({ isReplay: true });
    rows.next(nothing, [bucket], [], 40).accept(nothing, nothingWaits);
    expect(rows.mark).toBe(0);
    rows.next(nothing, [bucket, 8], [], 40).accept([row(12, 'a', { bucket: 8 })], nothingWaits);
    rows.window.restart();
    rows.next(nothing, [bucket, 8], [], 40).accept(nothing, nothingWaits);
    expect([rows.mark, rows.marks.of(8)]).toEqual([12, 12]);
  });

  it('is unknown again from the place where rows may have appeared, but not below a mark that was kept', () => {
    const marks = new LowMarks(false);
    marks.learn(1, 100);
    marks.learn(2, 30);
    marks.learnKept(3, 70);
    marks.raise(3, 100);
    const { version } = marks;
    marks.reopen(50);
    expect([marks.of(1), marks.of(2), marks.of(3)]).toEqual([undefined, 30, undefined]);
    expect([marks.searched(1), marks.searched(3)]).toEqual([50, 70]);
    expect(marks.version).not.toBe(version);
    marks.forget();
    expect([marks.of(2), marks.searched(3)]).toEqual([undefined, 0]);
  });
});
