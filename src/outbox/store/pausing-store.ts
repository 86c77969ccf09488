/**
 * A handler that is paused.
 *
 * @example
 * ```ts
 * for (const { handler, paused } of (await outbox.status()).handlers) if (paused) console.log(handler, paused.until);
 * ```
 */
export interface Pause {
  /** When it was paused, by the clock of the database. */
  readonly since: Date;
  /** When it goes on by itself; undefined if somebody has to resume it. */
  readonly until: Date | undefined;
}

/** A pause, as a store keeps it. */
export interface StoredPause extends Pause {
  /** A durable id, which stands for its replays too, or the id of a replay. */
  readonly handler: string;
  /** Milliseconds until it is over, by the clock of the store; undefined if it has no end. */
  readonly endsIn: number | undefined;
}

/** The part of a store that tells which handlers are paused. */
export interface PauseReader {
  /** Resolves with the pauses that are not over. */
  pauses(): Promise<readonly StoredPause[]>;
}

/** The part of a store that keeps which handlers are paused. `startAttempts` starts nothing of them. */
export interface PausingStore extends PauseReader {
  /** Resolves with the durable ids that relays have ever served, and the ids that rows are of. */
  knownHandlers(): Promise<readonly string[]>;
  /** Pauses a handler. A pause that is there already gets the new end. */
  pause(handler: string, until: Date | undefined): Promise<void>;
  /** Ends a pause. Resolves with whether there was one. */
  resume(handler: string): Promise<boolean>;
}
