/**
 * Carries a trace from the publisher to the deliveries, perhaps in another process. `class-events/outbox/opentelemetry` has one for
 * OpenTelemetry.
 *
 * @example
 * ```ts
 * const outbox = new Outbox({ bus, catalog, store, tracing: openTelemetry() });
 * ```
 */
export interface OutboxTracing {
  /** What is to travel with an event that is being published: `traceparent` and the like. */
  headers(event: object): Record<string, string>;
  /** Runs one attempt; what it comes to is what `run` comes to. */
  around<T>(attempt: TracedAttempt, run: () => Promise<T>): Promise<T>;
}

/**
 * What a trace says of one attempt.
 *
 * @example
 * ```ts
 * const tracing: OutboxTracing = { headers: () => ({}), around: ({ handler }, run) => timed(handler, run) };
 * ```
 */
export interface TracedAttempt {
  /** The durable id. */
  readonly handler: string;
  /** The event's wire name. */
  readonly name: string;
  /** The event's id. */
  readonly event: string;
  /** Which attempt it is, from 1. */
  readonly attempt: number;
  /** What travelled with the event. */
  readonly headers: Readonly<Record<string, string>>;
}
