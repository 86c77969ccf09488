import { setImmediate as turn } from 'node:timers/promises';
import type { StoredDelivery } from '../../src/outbox/index.js';
import { KeyedQueue, type LaneStep } from '../../src/outbox/relaying/keyed-queue.js';
import { bucket, row } from './stored-delivery.js';

const settled: LaneStep = { settling: Promise.resolve() };

/** A queue of which the test ends each delivery. */
class Queue {
  readonly started: number[] = [];
  roomCalls = 0;
  readonly queue: KeyedQueue;
  readonly #end = new Map<number, (step: LaneStep) => void>();

  constructor(concurrency = 10) {
    const deliver = ({ seq }: StoredDelivery): Promise<LaneStep> => {
      this.started.push(seq);
      return new Promise((resolve) => this.#end.set(seq, resolve));
    };
    this.queue = new KeyedQueue('mail.receipt', concurrency, deliver, () => this.roomCalls++);
  }

  fill(...rows: readonly StoredDelivery[]): void {
    this.queue.nextFetch([bucket], Infinity)!.accept(rows, () => false);
  }

  async end(seq: number, step = settled): Promise<void> {
    this.#end.get(seq)!(step);
    await turn();
  }
}

/** Rows in memory, asked as a relay asks its store: the answer is that of the moment of the question, and comes later. */
class Rows {
  readonly delivered: number[] = [];
  readonly queue: KeyedQueue;
  readonly #rows: StoredDelivery[];
  readonly #pause: () => Promise<void>;

  constructor(rows: readonly StoredDelivery[], concurrency: number, pause: () => Promise<void>) {
    this.#rows = [...rows];
    this.#pause = pause;
    this.queue = new KeyedQueue(
      'mail.receipt',
      concurrency,
      (delivery) => this.#deliver(delivery),
      () => undefined,
    );
  }

  async #deliver(delivery: StoredDelivery): Promise<LaneStep> {
    await this.#pause();
    this.delivered.push(delivery.seq);
    const settling = this.#pause().then(() => this.#rows.splice(this.#rows.indexOf(delivery), 1));
    return { settling };
  }

  async deliverAll(): Promise<void> {
    // A queue that forgets rows would go on for ever: a relay looks at everything again after a while, which is left out here.
    for (let rounds = 0; this.#rows.length > 0 && rounds < 5_000; rounds++) {
      const fetch = this.queue.nextFetch([bucket], Infinity);
      const [place] = fetch?.request.from ?? [];
      if (fetch && place) {
        const { except, limit } = fetch.request;
        const found = this.#rows.filter(({ seq, key }) => seq >= place.seq && !except.includes(key!));
        const answer = found.slice(0, Math.min(place.limit, limit));
        await this.#pause();
        fetch.accept(answer, () => false);
      }
      await this.#pause();
    }
  }
}

describe('a keyed queue', () => {
  test.each([1, 2, 3])(
    'keeps the order of each key, and delivers nothing twice, however slow the store is (%i)',
    async (seed) => {
      // mulberry32
      const random = (): number => {
        seed = (seed + 0x6d2b79f5) | 0;
        let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
      };
      const pause = async (): Promise<void> => {
        for (let turns = Math.floor(random() ** 4 * 40); turns >= 0; turns--) await turn();
      };
      const all = Array.from({ length: 2_000 }, (_, at) => row(at + 1, `order:${Math.floor(random() ** 3 * 20)}`));
      const rows = new Rows(all, 8, pause);
      await rows.deliverAll();

      const keyOf = new Map(all.map(({ seq, key }) => [seq, key]));
      const lasts = new Map<string | undefined, number>();
      const early = rows.delivered.filter((seq) => {
        const key = keyOf.get(seq);
        const isEarly = (lasts.get(key) ?? 0) >= seq;
        lasts.set(key, seq);
        return isEarly;
      });
      expect(early).toEqual([]);
      expect(rows.delivered).toHaveLength(all.length);
    },
  );

  it('delivers the rows of one key one after another, and other keys beside them', async () => {
    const rows = new Queue();
    rows.fill(row(1, 'a'), row(2, 'a'), row(3, 'b'));
    expect(rows.started).toEqual([1, 3]);
    await rows.end(1);
    expect(rows.started).toEqual([1, 3, 2]);
  });

  it('delivers rows without a key side by side', () => {
    const rows = new Queue();
    rows.fill(row(1, undefined), row(2, undefined));
    expect(rows.started).toEqual([1, 2]);
  });

  it('delivers as many rows at once as its concurrency says, and gives its lanes turns', async () => {
    const rows = new Queue(1);
    rows.fill(row(1, 'a'), row(2, 'a'), row(3, 'b'));
    expect(rows.started).toEqual([1]);
    await rows.end(1);
    await rows.end(3);
    expect(rows.started).toEqual([1, 3, 2]);
  });

  it('goes on with a key while the row before is being settled, and holds that row until then', async () => {
    const rows = new Queue();
    rows.fill(row(1, 'a'), row(2, 'a'));
    let settle: () => void;
    await rows.end(1, { settling: new Promise<void>((resolve) => (settle = resolve)) });
    expect(rows.started).toEqual([1, 2]);
    expect(rows.queue.size).toBe(2);
    settle!();
    await turn();
    expect(rows.queue.size).toBe(1);
  });

  it('drops the rows of a lane that stops, and no others', async () => {
    const rows = new Queue();
    rows.fill(row(1, 'a'), row(2, 'a'), row(3, 'b'));
    await rows.end(1, 'stop');
    expect(rows.started).toEqual([1, 3]);
    expect(rows.queue.size).toBe(1);
  });

  it('fetches a row again whose lane has stopped', async () => {
    const rows = new Queue();
    rows.fill(row(1, 'a'), row(2, 'a'), row(3, 'b'));
    await rows.end(1, 'stop');
    rows.fill(row(1, 'a'), row(2, 'a'), row(3, 'b'));
    expect(rows.started).toEqual([1, 3, 1]);
  });

  it('forgets the rows of some buckets that are not running', async () => {
    const rows = new Queue();
    rows.fill(row(1, 'a'), row(2, 'a'), row(3, 'b', { bucket: 8 }), row(4, 'b', { bucket: 8 }));
    rows.queue.clear([bucket]);
    expect([...rows.queue.buckets]).toEqual([bucket, 8]);
    await rows.end(1);
    await rows.end(3);
    expect(rows.started).toEqual([1, 3, 4]);
    expect([...rows.queue.buckets]).toEqual([8]);
  });

  it('fetches no more of a key than its lane holds, until that is nearly done', async () => {
    const rows = new Queue();
    rows.fill(...Array.from({ length: 300 }, (_, index) => row(index + 1, 'a')), row(301, 'b'));
    expect(rows.started).toEqual([1, 301]);
    const { size } = rows.queue;
    expect(size).toBeLessThan(300);
    expect(rows.queue.nextFetch([bucket], Infinity)!.request.except).toEqual(['a']);
    for (let seq = 1; seq < size - 10; seq++) await rows.end(seq);
    expect(rows.roomCalls).toBeGreaterThan(0);
    const { except, from } = rows.queue.nextFetch([bucket], Infinity)!.request;
    expect(except).toEqual([]);
    expect(from[0]!.seq).toBe(size);
  });

  it('leaves out of an answer what follows a row that was given up while the store was asked', async () => {
    const rows = new Queue();
    rows.fill(row(1, 'a'), row(2, 'a'), row(3_000, 'b'));
    const fetch = rows.queue.nextFetch([bucket], Infinity)!;
    // Asked from the place of the last on, so that the first two are not in the answer.
    expect(fetch.request.from[0]!.seq).toBeGreaterThan(2);
    await rows.end(1, 'stop');
    fetch.accept([row(3_001, 'a')], () => false);

    expect(rows.started).not.toContain(3_001);
    expect(rows.queue.nextFetch([bucket], Infinity)!.request.from[0]!.seq).toBeLessThanOrEqual(1);
  });

  it('leaves out of an answer a row that was settled while the store was asked', async () => {
    const rows = new Queue();
    rows.fill(row(1, 'a'));
    const fetch = rows.queue.nextFetch([bucket], Infinity)!;
    await rows.end(1);
    fetch.accept([row(1, 'a'), row(2, 'a')], () => false);
    expect(rows.started).toEqual([1, 2]);
  });
});
