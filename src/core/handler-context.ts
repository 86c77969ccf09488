import type { HandlerContext, Signal } from './handler.js';

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
