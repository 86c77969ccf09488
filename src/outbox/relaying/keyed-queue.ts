import type { StoredDelivery } from '../store/entry.js';
import type { FetchRequest } from '../store/relaying-store.js';

/**
 * What becomes of a lane after one of its deliveries: the next one has its turn, once the first has been settled or while it is being
 * (`settling`); or the lane stops, and what is left of it is fetched again.
 */
export type LaneStep = 'stop' | { readonly settling: Promise<unknown> };

interface Lane {
  readonly name: string;
  readonly bucket: number;
  readonly deliveries: StoredDelivery[];
  isInWork: boolean;
  /** The first of its rows that was not taken, for the lane was full. */
  fullFrom: StoredDelivery | undefined;
}

// With how many of its rows left a lane that was full is given more; half of what each may have.
const fewLeft = 10;

/**
 * The deliveries of one handler that this process holds: one lane for each key, in which they are made one after another, in the order
 * of the log; lanes side by side, up to a limit, each in turn. A row stays in the store until it is settled, so everything here may be
 * forgotten at any time.
 */
export class KeyedQueue {
  readonly #make: (delivery: StoredDelivery) => Promise<LaneStep>;
  readonly #onRoom: () => void;
  readonly #capacity: number;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready: Lane[] = [];
  readonly #held = new Map<number, StoredDelivery>();
  /** Up to where the rows of each bucket have been seen. */
  readonly #cursors = new Map<number, number>();
  /** Keys that somebody else has begun: left out of what is fetched until all is looked at again. */
  readonly #elsewhere = new Set<string>();
  /** Whether the store has more than was fetched. */
  hasMore = false;
  #asked: FetchRequest | undefined;
  // What happened while the store was asked, of which its answer knows nothing.
  #settledMeanwhile = new Set<number>();
  #rewoundMeanwhile: StoredDelivery[] = [];
  // How many buckets had rows when last asked: the room is divided among as many.
  #active: number | undefined;
  #running = 0;

  constructor(
    readonly handler: string,
    readonly concurrency: number,
    make: (delivery: StoredDelivery) => Promise<LaneStep>,
    onRoom: () => void,
  ) {
    this.#make = make;
    this.#onRoom = onRoom;
    this.#capacity = Math.max(500, concurrency * 4);
  }

  /** How many deliveries are held, those in work included. */
  get size(): number {
    return this.#held.size;
  }

  /** The buckets of which something is held. */
  get buckets(): ReadonlySet<number> {
    return new Set([...this.#held.values()].map(({ bucket }) => bucket));
  }

  /** What to fetch next, from the horizon at the latest; undefined while enough is held. */
  wanted(buckets: readonly number[], horizon: number): FetchRequest | undefined {
    const room = this.#capacity - this.#held.size;
    if (room < this.#capacity / 2 || buckets.length === 0) return undefined;
    const share = Math.ceil(room / Math.max(1, this.#active ?? buckets.length));
    // Those that are held are met again, for the store does not know of them.
    const limits = new Map(buckets.map((bucket) => [bucket, share]));
    for (const { bucket } of this.#held.values()) limits.set(bucket, (limits.get(bucket) ?? 0) + 1);
    const from = buckets.map((bucket) => ({
      bucket,
      seq: Math.min(this.#cursors.get(bucket) ?? 0, horizon),
      limit: limits.get(bucket) as number,
    }));
    const full = [...this.#lanes.values()].flatMap(({ fullFrom }) => fullFrom?.key ?? []);
    const except = [...full, ...this.#elsewhere];
    this.#asked = { handler: this.handler, from, except, limit: this.#capacity + this.#held.size };
    this.#settledMeanwhile = new Set();
    this.#rewoundMeanwhile = [];
    return this.#asked;
  }

  /** Looks at everything again: what was left by somebody who has ended. */
  rewind(): void {
    this.#cursors.clear();
    this.#elsewhere.clear();
  }

  /** Takes rows in the order of the log. A key of which one has to wait is left out from there. */
  offer(deliveries: readonly StoredDelivery[], hasToWait: (delivery: StoredDelivery) => boolean): void {
    // What was given up meanwhile is to come first, and may lie before what was asked for.
    const waiting = new Map(this.#rewoundMeanwhile.map((delivery) => [laneOf(delivery), delivery]));
    const found = new Map<number, number>();
    for (const { bucket } of deliveries) found.set(bucket, (found.get(bucket) ?? 0) + 1);
    const isFull = this.#asked?.from.some(({ bucket, limit }) => (found.get(bucket) ?? 0) >= limit);
    this.hasMore = isFull === true || deliveries.length >= this.#asked!.limit;
    this.#active = found.size;
    for (const delivery of deliveries) {
      const { bucket, seq } = delivery;
      const name = laneOf(delivery);
      // Those that are tried again stand apart, and say nothing of how far the others were seen.
      if (!delivery.isRetry) this.#cursors.set(bucket, Math.max(this.#cursors.get(bucket) ?? 0, seq));
      if (waiting.has(name) || this.#held.has(seq) || this.#settledMeanwhile.has(seq)) continue;
      if (!hasToWait(delivery)) {
        this.#take(name, delivery);
        continue;
      }
      waiting.set(name, delivery);
      // What follows one that is not set apart would fill every fetch, and keep other keys from being met.
      if (delivery.key !== undefined && !delivery.isBlocked) this.#elsewhere.add(delivery.key);
    }
    // So that the next fetch meets them before anything that follows them.
    for (const delivery of [...waiting.values(), ...this.#rewoundMeanwhile]) this.#rewindTo(delivery);
    this.#start();
  }

  /** Forgets what has not begun, of all buckets or of some; what is in work goes on. */
  clear(buckets?: readonly number[]): void {
    for (const lane of this.#lanes.values()) if (buckets?.includes(lane.bucket) ?? true) this.#forget(lane);
    this.rewind();
  }

  #take(name: string, delivery: StoredDelivery): void {
    const { bucket, seq } = delivery;
    const lane = this.#lanes.get(name) ?? { name, bucket, deliveries: [], isInWork: false, fullFrom: undefined };
    if (lane.fullFrom) return;
    // One key must not take all of the room from the others.
    if (lane.deliveries.length >= Math.max(20, (this.#capacity - this.#held.size) / 2)) {
      lane.fullFrom = delivery;
      return;
    }
    lane.deliveries.push(delivery);
    this.#held.set(seq, delivery);
    if (this.#lanes.get(name) === lane) return;
    this.#lanes.set(name, lane);
    this.#ready.push(lane);
  }

  #start(): void {
    while (this.#running < this.concurrency) {
      const lane = this.#ready.shift();
      const delivery = lane?.deliveries[0];
      if (!lane || !delivery) return;
      this.#running++;
      lane.isInWork = true;
      void this.#make(delivery).then((step) => this.#made(lane, delivery, step));
    }
  }

  #made(lane: Lane, delivery: StoredDelivery, step: LaneStep): void {
    this.#running--;
    lane.isInWork = false;
    lane.deliveries.shift();
    if (step === 'stop') {
      this.#drop(delivery);
      this.#rewindTo(delivery);
      this.#forget(lane);
    } else {
      // Held until then, so that it is not fetched once more.
      void step.settling.then(() => this.#settled(delivery));
      if (lane.fullFrom && lane.deliveries.length <= fewLeft) this.#refill(lane, lane.fullFrom);
      if (lane.deliveries.length > 0) this.#ready.push(lane);
      else this.#end(lane);
    }
    this.#start();
  }

  #settled(delivery: StoredDelivery): void {
    this.#settledMeanwhile.add(delivery.seq);
    // What had waited for it in the store has its turn.
    if (delivery.isRetry) this.#askAgainFrom(delivery);
    this.#drop(delivery);
  }

  #drop({ seq }: StoredDelivery): void {
    this.#held.delete(seq);
    if (this.hasMore && this.#held.size <= this.#capacity / 2) this.#onRoom();
  }

  #forget(lane: Lane): void {
    for (const { seq } of lane.deliveries.splice(lane.isInWork ? 1 : 0)) this.#held.delete(seq);
    if (lane.isInWork) return;
    const at = this.#ready.indexOf(lane);
    if (at >= 0) this.#ready.splice(at, 1);
    lane.fullFrom = undefined;
    this.#end(lane);
  }

  #end(lane: Lane): void {
    this.#lanes.delete(lane.name);
  }

  /** Before it is empty, so that it goes on while the store is asked. */
  #refill(lane: Lane, from: StoredDelivery): void {
    lane.fullFrom = undefined;
    this.#askAgainFrom(from);
    this.#onRoom();
  }

  #askAgainFrom(delivery: StoredDelivery): void {
    this.#rewindTo(delivery);
    this.hasMore = true;
  }

  /** From this row on, its bucket is fetched again. */
  #rewindTo(delivery: StoredDelivery): void {
    const { bucket, seq } = delivery;
    this.#rewoundMeanwhile.push(delivery);
    const cursor = this.#cursors.get(bucket);
    if (cursor !== undefined) this.#cursors.set(bucket, Math.min(cursor, seq));
  }
}

/** Deliveries without order have a lane each. */
function laneOf({ key, seq }: StoredDelivery): string {
  return key === undefined ? `#${seq}` : `=${key}`;
}
