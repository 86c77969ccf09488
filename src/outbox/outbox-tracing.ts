/**
 * Carries a trace from the publisher to the deliveries, perhaps in another process.
 * `class-events/outbox/opentelemetry` has one for OpenTelemetry.
 *
 * @example
 * ```ts
 * const outbox = new Outbox({ bus, catalog, store, tracing: openTelemetry() });
 * ```
 */
export interface OutboxTracing {
  /**
   * What is to travel with an event that is being published: `traceparent` and the like. Called in
   * the publisher's async context.
   */
  headers(event: TracedEvent): Record<string, string>;
  /** Runs one attempt; what it comes to is what `run` comes to, which rejects with what the handler threw. */
  around<T>(attempt: TracedAttempt, run: () => Promise<T>): Promise<T>;
}

/**
 * What a trace says of an event.
 *
 * @example
 * ```ts
 * const headersOf = ({ name, event }: TracedEvent) => ({ 'x-event': `${name}/${event}` });
 * ```
 */
export interface TracedEvent {
  /** The event's wire name. */
  readonly name: string;
  /** The event's id. */
  readonly event: string;
}

/**
 * What a trace says of one attempt.
 *
 * @example
 * ```ts
 * const tracing: OutboxTracing = { headers: () => ({}), around: ({ handler }, run) => timed(handler, run) };
 * ```
 */
export interface TracedAttempt extends TracedEvent {
  /** The durable id. */
  readonly handler: string;
  /** Which attempt it is, from 1. */
  readonly attempt: number;
  /** What travelled with the event. */
  readonly headers: Readonly<Record<string, string>>;
}
