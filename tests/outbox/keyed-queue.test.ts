import { setImmediate as turn } from 'node:timers/promises';
import type { StoredDelivery } from '../../src/outbox/index.js';
import { KeyedQueue, type LaneStep } from '../../src/outbox/relaying/keyed-queue.js';

jest.setTimeout(60_000); // thousands of deliveries, each with pauses

const bucket = 7;

function row(seq: number, key: string, more: Partial<StoredDelivery> = {}): StoredDelivery {
  const delivery = { handler: 'mail.receipt', bucket, seq, key, attempts: 0, startedAgo: undefined, isRetry: false };
  const event = { id: String(seq), name: 'order.placed', version: 1, data: '{}', headers: {} };
  return { ...delivery, ...event, isBlocked: false, ...more };
}

/** Rows in memory, asked as a relay asks its store: the answer is that of the moment of the question, and comes later. */
class Rows {
  readonly made: number[] = [];
  readonly lanes: KeyedQueue;
  readonly #rows: StoredDelivery[];
  readonly #pause: () => Promise<void>;

  constructor(rows: readonly StoredDelivery[], concurrency: number, pause: () => Promise<void>) {
    this.#rows = [...rows];
    this.#pause = pause;
    this.lanes = new KeyedQueue(
      'mail.receipt',
      concurrency,
      (delivery) => this.#make(delivery),
      () => undefined,
    );
  }

  async #make(delivery: StoredDelivery): Promise<LaneStep> {
    await this.#pause();
    this.made.push(delivery.seq);
    const settling = this.#pause().then(() => this.#rows.splice(this.#rows.indexOf(delivery), 1));
    return { settling };
  }

  async deliverAll(): Promise<void> {
    // A lane that forgets rows would go on for ever: a relay looks at everything again after a while, which is left out here.
    for (let rounds = 0; this.#rows.length > 0 && rounds < 5_000; rounds++) {
      const wanted = this.lanes.wanted([bucket], Infinity);
      const [place] = wanted?.from ?? [];
      if (wanted && place) {
        const from = this.#rows.filter(({ seq, key }) => seq >= place.seq && !wanted.except.includes(key!));
        const answer = from.slice(0, Math.min(place.limit, wanted.limit));
        await this.#pause();
        this.lanes.offer(answer, () => false);
      }
      await this.#pause();
    }
  }
}

describe('lanes', () => {
  test.each([1, 2, 3])(
    'keep the order of each key, and make nothing twice, however slow the store is (%i)',
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
      const early = rows.made.filter((seq) => {
        const key = keyOf.get(seq);
        const isEarly = (lasts.get(key) ?? 0) >= seq;
        lasts.set(key, seq);
        return isEarly;
      });
      expect(early).toEqual([]);
      expect(rows.made).toHaveLength(all.length);
    },
  );

  test('ask for all that was not seen yet, although one that is tried again stands far behind it', () => {
    const lanes = new KeyedQueue(
      'mail.receipt',
      10,
      () => new Promise(() => undefined),
      () => undefined,
    );
    lanes.wanted([bucket], Infinity);
    lanes.offer([row(9_000, 'a', { isRetry: true }), row(1, 'b'), row(2, 'c')], () => false);
    expect(lanes.wanted([bucket], Infinity)!.from[0]!.seq).toBeLessThanOrEqual(3);
  });

  test('leave out of an answer what follows a row that was given up while the store was asked', async () => {
    const made: number[] = [];
    const giveUp = new Map<number, () => void>();
    const lanes = new KeyedQueue(
      'mail.receipt',
      10,
      ({ seq }) => {
        made.push(seq);
        return new Promise((resolve) => giveUp.set(seq, () => resolve('stop')));
      },
      () => undefined,
    );
    lanes.wanted([bucket], Infinity);
    lanes.offer([row(1, 'a'), row(2, 'a'), row(3_000, 'b')], () => false);
    // Asked from the place of the last on, so that the first two are not in the answer.
    expect(lanes.wanted([bucket], Infinity)!.from[0]!.seq).toBeGreaterThan(2);
    giveUp.get(1)!();
    await turn();
    lanes.offer([row(3_001, 'a')], () => false);

    expect(made).not.toContain(3_001);
    expect(lanes.wanted([bucket], Infinity)!.from[0]!.seq).toBeLessThanOrEqual(1);
  });
});
