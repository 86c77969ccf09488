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
}

/**
 * Handlers were still running when the time given to `close` was over: the message names each unfinished delivery by
 * event and handler. The bus is closed all the same.
 *
 * @example
 * ```ts
 * await bus.close({ timeout: 10_000 }).catch((error: CloseTimeoutError) => log.error(error.message));
 * ```
 */
export class CloseTimeoutError extends Error {
  override readonly name = 'CloseTimeoutError';
}

/**
 * A handler's promise did not settle in the time (ms) that its subscription allows. What it does later changes nothing.
 *
 * @example
 * ```ts
 * bus.subscribe(OrderPlaced, callSlowService, { timeout: 2_000 });
 * ```
 */
export class HandlerTimeoutError extends Error {
  override readonly name = 'HandlerTimeoutError';
}

/**
 * Handlers published events whose handlers published events, deeper than `maxDepth`: most often a circle. The message
 * names the chain of classes; the last of them was refused.
 *
 * @example
 * ```ts
 * bus.subscribe(Ping, () => bus.emit(new Pong()));
 * bus.subscribe(Pong, () => bus.emit(new Ping())); // CascadeError: … Ping → Pong → Ping → …
 * ```
 */
export class CascadeError extends Error {
  override readonly name = 'CascadeError';
}

/**
 * A stream's consumer was slower than its publishers for longer than its capacity allows.
 *
 * @example
 * ```ts
 * const orders = bus.stream(OrderPlaced, { capacity: 10_000, overflow: 'drop-oldest' }); // never this error
 * ```
 */
export class StreamOverflowError extends Error {
  override readonly name = 'StreamOverflowError';
}

/**
 * The event has handlers that wait for a transaction or for the outbox, and nothing here can serve them: they would be
 * lost. The message names them. Nothing has run.
 *
 * @example
 * ```ts
 * bus.subscribe(OrderPlaced, sendReceipt, { phase: 'afterCommit' });
 * await bus.publish(new OrderPlaced('o-1')); // rejects with NoUnitOfWorkError: no unit of work is open
 * ```
 */
export class NoUnitOfWorkError extends Error {
  override readonly name = 'NoUnitOfWorkError';
}
