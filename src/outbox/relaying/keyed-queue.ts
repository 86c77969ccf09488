import type { StoredDelivery } from '../store/entry.js';
import type { Fetch, FetchAnswer } from './fetch.js';
import { FetchWindow } from './fetch-window.js';
import { type Gate, openGate, type Waiting } from './gate.js';
import { type Lane, laneNameOf } from './lane.js';

/**
 * How a lane goes on after one of its deliveries: the next one is delivered while the first is being settled
 * (`settling`), or the lane stops, and its deliveries are fetched again.
 */
export type LaneStep = 'stop' | { readonly settling: Promise<unknown> };

// Refill a truncated lane when it is down to this many deliveries. Otherwise it would be
// empty while the store is asked.
const refillAt = 10;
// The least number of deliveries at which a lane is full, so that a lane goes on while other lanes fill the queue.
const smallestFullLane = 20;

/**
 * Delivers the rows of one handler: one after another in a lane, in the order of the log, and lanes side by side,
 * up to `concurrency`. Ready lanes take turns. A row stays in the store until it is settled, so the queue may
 * forget anything that it holds.
 *
 * A delivery is held from the answer that brought it until it is settled or given up. `Lane` has the states of a lane.
 */
export class KeyedQueue implements Waiting {
  readonly #deliver: (delivery: StoredDelivery) => Promise<LaneStep>;
  readonly #onRoom: () => void;
  readonly #gate: Gate;
  readonly #capacity: number;
  readonly #window: FetchWindow;
  readonly #held = new Map<number, StoredDelivery>();
  readonly #lanes = new Map<string, Lane>();
  readonly #ready: Lane[] = [];
  #running = 0;

  constructor(
    readonly handler: string,
    readonly concurrency: number,
    deliver: (delivery: StoredDelivery) => Promise<LaneStep>,
    onRoom: () => void,
    gate: Gate = openGate,
  ) {
    this.#deliver = deliver;
    this.#gate = gate;
    this.#onRoom = onRoom;
    this.#capacity = Math.max(500, concurrency * 4);
    this.#window = new FetchWindow(handler, this.#capacity, (answer) => this.#accept(answer));
  }

  /** How many deliveries are held, those that are running or being settled included. */
  get size(): number {
    return this.#held.size;
  }

  /** The buckets of the deliveries that are held. */
  get buckets(): ReadonlySet<number> {
    return new Set([...this.#held.values()].map(({ bucket }) => bucket));
  }

  /** Opens the next fetch, from the high-water mark at the latest. Returns undefined while enough is held. */
  nextFetch(buckets: readonly number[], highWaterMark: number): Fetch | undefined {
    const truncatedKeys = [...this.#lanes.values()].flatMap(({ truncatedAt }) => truncatedAt?.key ?? []);
    return this.#window.next(buckets, highWaterMark, { deliveries: this.#held, truncatedKeys });
  }

  /** Reads the store again from the start: another process may have left rows behind. */
  restart(): void {
    this.#window.restart();
  }

  /** Forgets what is not running, of all buckets or of some. */
  clear(buckets?: readonly number[]): void {
    for (const lane of this.#lanes.values()) if (buckets?.includes(lane.bucket) ?? true) this.#forget(lane);
    this.restart();
  }

  #accept({ accepted }: FetchAnswer): void {
    for (const delivery of accepted) this.#add(delivery);
    this.begin();
  }

  #add(delivery: StoredDelivery): void {
    const lane = this.#lanes.get(laneNameOf(delivery)) ?? this.#open(delivery);
    if (lane.truncatedAt) return;
    // One key must not take all of the room from the others.
    if (lane.deliveries.length >= Math.max(smallestFullLane, (this.#capacity - this.#held.size) / 2)) {
      lane.truncatedAt = delivery;
      return;
    }
    lane.deliveries.push(delivery);
    this.#held.set(delivery.seq, delivery);
  }

  #open(delivery: StoredDelivery): Lane {
    const name = laneNameOf(delivery);
    const lane: Lane = { name, bucket: delivery.bucket, deliveries: [], state: 'ready', truncatedAt: undefined };
    this.#lanes.set(name, lane);
    this.#ready.push(lane);
    return lane;
  }

  /** How many deliveries are ready to begin. */
  get readyCount(): number {
    return Math.min(this.#ready.length, this.concurrency - this.#running);
  }

  /** Begins as many deliveries as the gate lets in. */
  begin(): void {
    while (this.#running < this.concurrency) {
      const lane = this.#ready[0];
      const delivery = lane?.deliveries[0];
      if (!lane || !delivery || !this.#gate.enter()) return;
      this.#ready.shift();
      this.#running++;
      lane.state = 'running';
      void this.#deliver(delivery).then((step) => this.#delivered(lane, delivery, step));
    }
  }

  #delivered(lane: Lane, delivery: StoredDelivery, step: LaneStep): void {
    this.#running--;
    this.#gate.leave();
    lane.deliveries.shift();
    if (step === 'stop') this.#stop(lane, delivery);
    else this.#continue(lane, delivery, step.settling);
    this.begin();
  }

  #continue(lane: Lane, delivery: StoredDelivery, settling: Promise<unknown>): void {
    // Held until it is settled. Otherwise it would be fetched once more.
    void settling.then(() => this.#settled(delivery));
    if (lane.truncatedAt && lane.deliveries.length <= refillAt) this.#refill(lane, lane.truncatedAt);
    if (lane.deliveries.length > 0) {
      lane.state = 'ready';
      this.#ready.push(lane);
    } else {
      this.#lanes.delete(lane.name);
    }
  }

  #stop(lane: Lane, delivery: StoredDelivery): void {
    this.#drop(delivery);
    this.#window.restartAt(delivery);
    for (const { seq } of lane.deliveries) this.#held.delete(seq);
    this.#lanes.delete(lane.name);
  }

  #settled(delivery: StoredDelivery): void {
    // The rows that waited for it in the store are there again.
    if (delivery.isRetry) this.#window.readMoreFrom(delivery);
    this.#drop(delivery);
  }

  #drop({ seq }: StoredDelivery): void {
    this.#held.delete(seq);
    if (this.#window.hasMore && this.#window.hasRoom(this.#held.size)) this.#onRoom();
  }

  #forget(lane: Lane): void {
    const isRunning = lane.state === 'running';
    for (const { seq } of lane.deliveries.splice(isRunning ? 1 : 0)) this.#held.delete(seq);
    if (isRunning) return;
    this.#ready.splice(this.#ready.indexOf(lane), 1);
    this.#lanes.delete(lane.name);
  }

  #refill(lane: Lane, from: StoredDelivery): void {
    lane.truncatedAt = undefined;
    this.#window.readMoreFrom(from);
    this.#onRoom();
  }
}
