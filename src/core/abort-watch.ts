import { reportUncaught } from './uncaught.js';

/** A signal, as far as it is watched. */
interface Abortable {
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What is to be called when one signal aborts, and the listener that calls it. */
interface AbortWatch {
  readonly calls: Set<() => void>;
  readonly listener: () => void;
}

// With a listener for each use, Node 20 warns of a leak from the eleventh on, and to take thousands off one signal is
// quadratic everywhere.
const watches = new WeakMap<Abortable, AbortWatch>();

/**
 * Calls back when a signal aborts. All calls of a signal share one listener. Returns a function that takes the call
 * back, and the listener with the last call.
 *
 * @throws what the signal throws when it is listened to. Nothing has changed then.
 */
export function whenAborted(signal: Abortable, call: () => void): () => void {
  const { calls, listener } = watches.get(signal) ?? newWatch(signal);
  calls.add(call);
  return () => {
    if (!calls.delete(call) || calls.size > 0) return;
    watches.delete(signal);
    signal.removeEventListener('abort', listener);
  };
}

function newWatch(signal: Abortable): AbortWatch {
  const calls = new Set<() => void>();
  const listener = (): void => {
    for (const call of calls) {
      try {
        call();
      } catch (error) {
        // As the platform does it for listeners: the others are called all the same.
        reportUncaught(error);
      }
    }
  };
  signal.addEventListener('abort', listener);
  const watch = { calls, listener };
  watches.set(signal, watch);
  return watch;
}
