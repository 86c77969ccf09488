import type { HandlerContext, Signal } from '../subscribing/handler.js';

/**
 * For a delivery that nothing can abort. Each reading makes a new signal, so that listeners which handlers leave on it
 * go with it; being shared, it costs the deliveries that never read it nothing.
 */
export const unabortable: HandlerContext = {
  get signal(): Signal {
    return new AbortController().signal;
  },
};

/** For a delivery that aborts with its publisher, or whose context holds more. */
export function contextFor(signal: Signal | undefined, more?: object): HandlerContext {
  return signal ? { ...more, signal } : unabortable;
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
export function abortableContext(more?: object): AbortableContext {
  let controller: AbortController | undefined;
  let aborted: { readonly reason: unknown } | undefined;
  const context = {
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
