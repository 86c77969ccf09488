/**
 * The end of the log, as one moment of the store saw it.
 *
 * A sequence number is given out before its transaction commits. Therefore a row with a lower number can appear after a
 * row with a higher one, and the end of the log says nothing about the rows before it until `isComplete` does.
 */
export interface LogEnd {
  /** The highest sequence number that was visible; 0 in an empty log. */
  readonly seq: number;
  /**
   * Resolves with whether the log is complete up to `seq`: every transaction has ended that could write an event at or
   * below it. Once it is true, it stays true. A store that lets one transaction write at a time always answers true.
   */
  isComplete(): Promise<boolean>;
}

/** The part of a store that tells how far the log goes. */
export interface LogReader {
  /** Resolves with the end of the log, as it is now. Writes of open transactions are not part of it. */
  logEnd(): Promise<LogEnd>;
}
