/** An event as it is written to the outbox, with the deliveries that it is to have. */
export interface Entry {
  /** A UUID: the event's identity for whoever has to know a repetition. */
  readonly id: string;
  /** The wire name and version of the catalog. */
  readonly name: string;
  readonly version: number;
  /** What is delivered in order with it; undefined for an event without order. */
  readonly key: string | undefined;
  /** The bucket of the key, or of the id where there is no key. */
  readonly bucket: number;
  /** What the catalog wrote, as JSON. */
  readonly data: string;
  /** What travels beside it: its headers, and the trace that it belongs to. */
  readonly headers: Readonly<Record<string, string>>;
  readonly deliveries: readonly PlannedDelivery[];
}

/** One delivery of an entry: a row. */
export interface PlannedDelivery {
  /** The durable id of its handler. */
  readonly handler: string;
  /** The entry's key where the handler wants order. */
  readonly key: string | undefined;
}

/** A row that waits, with its event. */
export interface StoredDelivery {
  readonly handler: string;
  readonly bucket: number;
  /** The event's place in the log: rises with the commits of each key. */
  readonly seq: number;
  readonly key: string | undefined;
  /** The number of attempts that were started. */
  readonly attempts: number;
  /** Milliseconds since the last attempt was started, while its end is not known; undefined otherwise. */
  readonly startedAgo: number | undefined;
  /** Whether it failed before, and stands with its key apart from the others. */
  readonly isRetry: boolean;
  /** Whether an earlier one of its key has failed and waits. */
  readonly isBlocked: boolean;
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** When the event was written, in milliseconds since 1970; 0 where the log has lost the event. */
  readonly recordedAt: number;
  /** JSON; undefined when it is too large to be fetched with others. */
  readonly data: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns the id of a delivery, which its handler is given: the same at every attempt. */
export function deliveryIdOf({ id, handler }: StoredDelivery): string {
  return `${id}/${handler}`;
}
