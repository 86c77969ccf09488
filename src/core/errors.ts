/**
 * The bus is closed and takes no events or subscriptions any more.
 *
 * @example
 * ```ts
 * await bus.close();
 * await bus.publish(new OrderPlaced('o-1')); // rejects with BusClosedError
 * ```
 */
export class BusClosedError extends Error {
  override readonly name = 'BusClosedError';

  /** @internal */
  constructor(bus: string) {
    super(`${bus} is closed. Stop what publishes (the HTTP server, the consumers) before you close the bus.`);
  }
}

/**
 * Handlers were still running when the time given to `close` was over. The bus is closed all the same.
 *
 * @example
 * ```ts
 * await bus.close({ timeout: 10_000 }).catch((error: CloseTimeoutError) => log.error(error.unfinished));
 * ```
 */
export class CloseTimeoutError extends Error {
  override readonly name = 'CloseTimeoutError';

  /** @internal */
  constructor(
    bus: string,
    timeout: number,
    /** Each delivery that had not settled, as `Event → handler`. */
    readonly unfinished: readonly string[],
  ) {
    super(`${bus} was closed after ${timeout} ms with unfinished deliveries: ${unfinished.join(', ')}.`);
  }
}

/**
 * A handler's promise did not settle in the time its subscription allows. What it does later changes nothing.
 *
 * @example
 * ```ts
 * bus.subscribe(OrderPlaced, callSlowService, { timeout: 2_000 });
 * ```
 */
export class HandlerTimeoutError extends Error {
  override readonly name = 'HandlerTimeoutError';

  /** @internal */
  constructor(
    handler: string,
    event: string,
    /** The time allowed, in ms. */
    readonly timeout: number,
  ) {
    super(
      `${handler} did not finish with ${event} within ${timeout} ms. Raise its timeout, or make it heed context.signal.`,
    );
  }
}

/**
 * Handlers published events whose handlers published events, deeper than `maxDepth`: most often a circle.
 *
 * @example
 * ```ts
 * bus.subscribe(Ping, () => bus.emit(new Pong()));
 * bus.subscribe(Pong, () => bus.emit(new Ping())); // CascadeError: Ping → Pong → Ping → …
 * ```
 */
export class CascadeError extends Error {
  override readonly name = 'CascadeError';

  /** @internal */
  constructor(
    /** The class names of the events, each the cause of the next; the last one was refused. */
    readonly chain: readonly string[],
  ) {
    const shown = chain.length <= 12 ? chain : [...chain.slice(0, 6), '…', ...chain.slice(-5)];
    super(
      `The events cause each other ${chain.length} deep: ${shown.join(' → ')}. Break the circle, or raise maxDepth.`,
    );
  }
}

/**
 * A stream's consumer was slower than its publishers for longer than its capacity.
 *
 * @example
 * ```ts
 * const orders = bus.stream(OrderPlaced, { capacity: 10_000, overflow: 'drop-oldest' }); // never this error
 * ```
 */
export class StreamOverflowError extends Error {
  override readonly name = 'StreamOverflowError';

  /** @internal */
  constructor(event: string, capacity: number) {
    super(
      `The stream of ${event} holds ${capacity} events that nobody has taken. Take them faster, raise capacity, or choose an overflow.`,
    );
  }
}

/**
 * The event has handlers that wait for a transaction or for the outbox, and nothing here can serve them: they would be
 * lost. Nothing has run.
 *
 * @example
 * ```ts
 * bus.subscribe(OrderPlaced, sendReceipt, { phase: 'afterCommit' });
 * await bus.publish(new OrderPlaced('o-1')); // rejects with NoUnitOfWorkError: no unit of work is open
 * ```
 */
export class NoUnitOfWorkError extends Error {
  override readonly name = 'NoUnitOfWorkError';

  /** @internal */
  constructor(
    event: string,
    /** The handlers that would have been lost, with their phase or durable id. */
    readonly handlers: readonly string[],
  ) {
    super(
      `${event} was not published: no unit of work is open for ${handlers.join(', ')}. Publish inside one, or make them immediate.`,
    );
  }
}

/**
 * A subscription's `onFailure` threw, or returned what cannot be emitted. `cause` is the handler's own failure.
 *
 * @example
 * ```ts
 * bus.subscribe(HandlerFailed, ({ error }) => {
 *   if (error instanceof OnFailureError) log.error(error.error, 'after', error.cause);
 * });
 * ```
 */
export class OnFailureError extends Error {
  override readonly name = 'OnFailureError';

  /** @internal */
  constructor(
    handler: string,
    /** What `onFailure` threw. */
    readonly error: unknown,
    cause: unknown,
  ) {
    super(`onFailure of ${handler} failed itself: ${String(error)}`, { cause });
  }
}
