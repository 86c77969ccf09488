/** The limits of one handler over all processes. */
export interface HandlerLimit {
  /** How many deliveries are at work at once. */
  readonly concurrency?: number | undefined;
  /** How many deliveries begin in `per` milliseconds. */
  readonly count?: number | undefined;
  readonly per?: number | undefined;
}

/** What a process has of a limit, and what it wants. */
export interface PermitRequest {
  /** A durable id. */
  readonly handler: string;
  readonly limit: HandlerLimit;
  /** A UUID: who asks. */
  readonly holder: string;
  /** How many permits it keeps, those of deliveries at work included. It gives back the others. */
  readonly kept: number;
  /** How many of the kept ones no delivery uses. */
  readonly free: number;
  /** How many permits it wants beside them. */
  readonly wanted: number;
  /** How many deliveries are to begin. */
  readonly starts: number;
  /** After so many milliseconds of silence its permits are free. */
  readonly lease: number;
}

/** The answer to a request. */
export interface Permits {
  /** How many permits were given to it. */
  readonly granted: number;
  /** How many deliveries may begin. */
  readonly starts: number;
  /** Milliseconds until another delivery may begin. */
  readonly wait: number;
  /** Whether somebody else waits for permits and has none. */
  readonly isContended: boolean;
}

/** The part of a store that keeps limits over all processes. */
export interface LimitingStore {
  /**
   * Gives back and takes permits of one handler, by the clock of the store. Of those who
   * have none, whoever waits longest comes first, and something is left for each of them. It is sound to repeat it:
   * what it says of the holder is all that the holder has.
   */
  exchangePermits(request: PermitRequest): Promise<Permits>;
}
