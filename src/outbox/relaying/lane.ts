import type { StoredDelivery } from '../store/entry.js';

/**
 * The deliveries of one key to one handler that this process holds, in the order of the log. A delivery without
 * a key has a lane of its own.
 *
 * States: a key without a lane is idle. Legal moves: idle → ready → running → ready (more deliveries),
 * idle (none left), or stopped (its delivery was not settled: the lane is dropped, and the store is read
 * again from that delivery on).
 */
export interface Lane {
  readonly name: string;
  readonly bucket: number;
  /** The first one is being delivered while the lane is running. */
  readonly deliveries: StoredDelivery[];
  state: 'ready' | 'running';
  /**
   * The first delivery that was left in the store because the lane was full. A lane in either state may be truncated.
   */
  truncatedAt: StoredDelivery | undefined;
}

/** Returns the name of the lane that a delivery belongs to. */
export function laneNameOf({ key, seq }: StoredDelivery): string {
  return key === undefined ? `#${seq}` : `=${key}`;
}
