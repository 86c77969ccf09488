/** The rows of one id, in some buckets. */
export interface RowsOf {
  /** A durable id, or the id of a replay. */
  readonly handler: string;
  readonly buckets: readonly number[];
}

/** Rows that are left, of one id in one bucket. */
export interface LeftRows {
  readonly handler: string;
  readonly bucket: number;
  /**
   * `waiting`: they can be fetched. `failed`: they wait for the next attempt of a *failed* row, or are *failed*.
   * `dead`: they are *held* by a *dead* row. A *dead* row itself is not one of them.
   */
  readonly state: 'waiting' | 'failed' | 'dead';
  /** How many, up to ten thousand or more of an id. */
  readonly count: number;
}

/** The part of a store that says whether all is delivered. */
export interface DrainingStore {
  /**
   * Resolves with whether one of these rows can be delivered now, or an event is due that is scheduled. Rows of a
   * handler that is paused cannot.
   */
  hasDue(rows: readonly RowsOf[]): Promise<boolean>;
  /** Makes *failed* rows due now, except those of handlers that are paused. Resolves with their number. */
  retryNow(rows: readonly RowsOf[]): Promise<number>;
  /** Resolves with what is left of these ids. */
  leftRows(handlers: readonly string[]): Promise<readonly LeftRows[]>;
}
