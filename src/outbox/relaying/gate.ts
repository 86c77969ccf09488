/** Lets the deliveries of a handler begin. */
export interface Gate {
  /** Returns whether a delivery may begin now. If it may not, the queues that wait are told when one may. */
  enter(): boolean;
  /** A delivery that was let in has ended. */
  leave(): void;
}

/** The gate of a handler without limits. */
export const openGate: Gate = { enter: () => true, leave: () => undefined };

/** What waits at a gate. */
export interface Waiting {
  /** How many deliveries are ready to begin. */
  readonly readyCount: number;
  /** Begins as many as the gate lets in. */
  begin(): void;
}
