import { whenAborted } from '../abort-watch.js';
import { type EventClass, nameOf } from '../event-class.js';
import { type EventStream, eventStream, type StreamOverflow } from './event-stream.js';
import type { Handler, HandlerOptions, Signal } from '../subscribing/handler.js';
import { aCount, aFunction, aSignal, checkOptions, type Checks, oneOf } from '../option-checks.js';
import type { Subscription } from '../subscribing/subscription.js';

/**
 * Which event to wait for, and until when.
 *
 * @example
 * ```ts
 * await bus.waitFor(OrderPaid, { filter: (event) => event.orderId === id, signal: AbortSignal.timeout(5_000) });
 * ```
 */
export interface WaitOptions<E extends object = object> {
  /** Only an event that passes is waited for. One that throws is a failed delivery of the publisher's. */
  readonly filter?: ((event: E) => boolean) | undefined;
  /** Ends the waiting when it aborts. */
  readonly signal?: Signal | undefined;
}

/**
 * What a stream takes, and how much of it.
 *
 * @example
 * ```ts
 * const prices = bus.stream(PriceChanged, { capacity: 1, overflow: 'drop-oldest' });
 * ```
 */
export interface StreamOptions<E extends object = object> extends WaitOptions<E> {
  /** How many events may wait to be taken. Default 1000. */
  readonly capacity?: number | undefined;
  /** What happens to an event when there is no room. Default `throw`. */
  readonly overflow?: StreamOverflow | undefined;
}

const waitChecks: Checks<WaitOptions<never>> = { filter: aFunction, signal: aSignal };
const streamChecks: Checks<StreamOptions<never>> = {
  ...waitChecks,
  capacity: aCount,
  overflow: oneOf('throw', 'drop-oldest', 'drop-newest'),
};

/** Where to subscribe to what is waited for. */
interface Subscribable {
  subscribe<E extends object>(eventClass: EventClass<E>, handler: Handler<E>, options: HandlerOptions<E>): Subscription;
}

/** The end of the bus, which ends every stream. */
interface Closing {
  /** Called when the bus closes. */
  readonly dependents: Set<() => void>;
  /** The error for a caller that still waits. */
  closedError(): Error;
}

/** A stream of all events that pass, from now on; or, `once`, of the next one alone. */
export function streamOf<E extends object>(
  bus: Subscribable,
  eventClass: EventClass<E>,
  options: StreamOptions<E>,
  closing: Closing,
  once = false,
): EventStream<E>['events'] {
  checkOptions(options, streamChecks);
  const { filter, signal, capacity = 1000, overflow = 'throw' } = options;
  const end = (): void => stream.end();
  const take = (event: E): void => {
    stream.push(event);
    if (once) end();
  };
  const name = `${once ? 'waitFor' : 'stream'}(${nameOf(eventClass)})`;
  // With the signal, which is a stranger's: what it throws is thrown before anything has changed.
  const subscription = bus.subscribe(eventClass, take, { filter, once, name, signal });
  const forget = signal && subscription.active ? whenAborted(signal, end) : undefined;
  // Nothing stays with the signal or the bus.
  const stream = eventStream<E>(capacity, overflow, () => {
    subscription.unsubscribe();
    closing.dependents.delete(end);
    forget?.();
  });
  closing.dependents.add(end);
  if (!subscription.active) end();
  return stream.events;
}

/** The next event that passes. */
export async function nextEvent<E extends object>(
  bus: Subscribable,
  eventClass: EventClass<E>,
  options: WaitOptions<E>,
  closing: Closing,
): Promise<E> {
  checkOptions(options, waitChecks);
  const { value } = await streamOf(bus, eventClass, options, closing, true).next();
  if (value) return value;
  throw options.signal?.aborted ? options.signal.reason : closing.closedError();
}
