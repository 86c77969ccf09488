import type { StoredDelivery } from '../../src/outbox/index.js';
import type { Fetch, FetchAnswer } from '../../src/outbox/relaying/fetch.js';
import { FetchWindow } from '../../src/outbox/relaying/fetch-window.js';
import { bucket, row } from './stored-delivery.js';

const nothing: readonly StoredDelivery[] = [];
const nothingWaits = (): boolean => false;

/** A window of a queue that holds what the test says. */
class Window {
  readonly window: FetchWindow;
  answer: FetchAnswer | undefined;

  constructor(capacity = 100) {
    this.window = new FetchWindow('mail.receipt', capacity, (answer) => (this.answer = answer));
  }

  next(held = nothing, buckets: readonly number[] = [bucket], truncatedKeys: readonly string[] = []): Fetch {
    const deliveries = new Map(held.map((delivery) => [delivery.seq, delivery]));
    return this.window.next(buckets, Infinity, { deliveries, truncatedKeys })!;
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
    rows.next().accept([row(50, 'a')], nothingWaits);
    const held = { deliveries: new Map(), truncatedKeys: [] };
    expect(rows.window.next([bucket], 20, held)!.request.from[0]!.seq).toBe(20);
  });

  it('asks for nothing while more than half of the capacity is held, and for nothing without buckets', () => {
    const rows = new Window(2);
    expect(rows.next([row(1, 'a'), row(2, 'b')])).toBeUndefined();
    expect(rows.next([row(1, 'a')])).toBeDefined();
    expect(rows.next(nothing, [])).toBeUndefined();
  });

  it('divides its room among the buckets that had rows, and adds the rows that it will meet again', () => {
    const rows = new Window(100);
    const limits = (): readonly number[] =>
      rows.next([row(1, 'a')], [bucket, 8, 9]).request.from.map(({ limit }) => limit);
    expect(limits()).toEqual([34, 33, 33]);
    rows.next().accept([row(1, 'a')], nothingWaits);
    expect(limits()).toEqual([100, 99, 99]);
  });

  it('says that there is more where a bucket or the whole answer was full', () => {
    const rows = new Window(2);
    expect(rows.next().accept([row(1, 'a')], nothingWaits)).toBe(false);
    expect(rows.next().accept([row(1, 'a'), row(2, 'b')], nothingWaits)).toBe(true);
    expect(rows.window.hasMore).toBe(true);
  });

  it('leaves out truncated keys, and a key that another process is delivering until it is restarted', () => {
    const rows = new Window();
    rows.next().accept([row(1, 'a'), row(2, 'b', { isBlocked: true }), row(3, undefined)], () => true);
    expect(rows.next(nothing, [bucket], ['c']).request.except).toEqual(['c', 'a']);
    rows.window.restart();
    expect(rows.next().request.except).toEqual([]);
    expect(rows.next().request.from[0]!.seq).toBe(0);
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
});
