/** How an attempt ended when it did not succeed. Thrown, so that it rolls back on its way what the handler did in a transaction. */
export class AttemptInterrupted extends Error {
  constructor(
    /** `taken`: the row is, or may be, somebody else's. `failed`: the handler, and not what is around it. */
    readonly how: 'taken' | 'failed',
    /** What the handler threw. */
    readonly reason?: unknown,
  ) {
    super(how);
  }
}
