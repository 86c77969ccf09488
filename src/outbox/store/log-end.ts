/**
 * The end of the log, as one moment of the store saw it.
 *
 * A sequence number is given out before its transaction commits. Therefore a row with a lower number can appear after a
 * row with a higher one, and the end of the log says nothing about the rows before it until `writers` does.
 */
export interface LogEnd {
  /** The highest sequence number that was given out, or was visible; 0 in an empty log. */
  readonly seq: number;
  /**
   * Resolves with the names of all open transactions that may still write an event at or below `seq`. Once a
   * transaction is not among them, it never is again. The log is complete up to `seq` when there are none. A store that
   * lets one transaction write at a time has none.
   */
  writers(): Promise<readonly string[]>;
}

/** The part of a store that tells how far the log goes. */
export interface LogReader {
  /** Resolves with the end of the log, as it is now. Writes of open transactions are not part of it. */
  logEnd(): Promise<LogEnd>;
}
