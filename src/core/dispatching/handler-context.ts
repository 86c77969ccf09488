import type { HandlerContext, Signal } from '../subscribing/handler.js';

/**
 * The context of deliveries that nothing can abort. Each reading makes a new signal, so that listeners which handlers
 * leave on it go with it; being shared, it costs the deliveries that never read it nothing.
 *
 * @param transactionNow Asked at each reading as well, so that it costs nothing otherwise.
 */
export function sharedContext(transactionNow: () => unknown): HandlerContext {
  return {
    get signal(): Signal {
      return new AbortController().signal;
    },
    get transaction() {
      return transactionNow();
    },
  };
}

/** For a delivery that aborts with its publisher, or whose context holds more. */
export function contextFor(shared: HandlerContext, signal: Signal | undefined, more?: object): HandlerContext {
  return signal ? { transaction: shared.transaction, ...more, signal } : shared;
}

/** The context of a delivery that can be aborted alone. */
export interface AbortableContext {
  readonly context: HandlerContext;
  abort(reason: unknown): void;
}

/**
 * For a delivery with a timeout: its signal is made by the first reader, for that takes
 * longer than most handlers (2 µs).
 */
export function abortableContext(shared: HandlerContext, more?: object): AbortableContext {
  let controller: AbortController | undefined;
  let aborted: { readonly reason: unknown } | undefined;
  const context = {
    transaction: shared.transaction,
    ...more,
    get signal(): Signal {
      controller ??= new AbortController();
      if (aborted) controller.abort(aborted.reason);
      return controller.signal;
    },
  };
  const abort = (reason: unknown): void => {
    aborted ??= { reason };
    controller?.abort(aborted.reason);
  };
  return { context, abort };
}
