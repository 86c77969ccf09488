import type { BusLifecycle } from './bus-lifecycle.js';
import type { EventClass } from './event-class.js';
import { EventStream, type StreamOverflow } from './event-stream.js';
import type { Handler, HandlerOptions, Signal } from './handler.js';
import { aCount, aFunction, aSignal, checkOptions, type Checks, oneOf } from './option-checks.js';
import type { Subscription } from './subscription.js';

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

/** The next event that passes. */
export function nextEvent<E extends object>(
  bus: Subscribable,
  eventClass: EventClass<E>,
  options: WaitOptions<E>,
  lifecycle: BusLifecycle,
): Promise<E> {
  return new Promise((resolve, reject) => {
    checkOptions(options, waitChecks);
    const { filter, signal } = options;
    if (signal?.aborted === true) throw signal.reason;
    const handler = (event: E): void => {
      leave();
      resolve(event);
    };
    const subscription = bus.subscribe(eventClass, handler, {
      once: true,
      filter,
      name: `waitFor(${className(eventClass)})`,
    });
    const leave = standing(subscription, signal, lifecycle, (reason) => {
      leave();
      reject(reason);
    });
  });
}

/** A stream of all events that pass, from now on. */
export function streamOf<E extends object>(
  bus: Subscribable,
  eventClass: EventClass<E>,
  options: StreamOptions<E>,
  lifecycle: BusLifecycle,
): EventStream<E> {
  checkOptions(options, streamChecks);
  const { filter, signal, capacity = 1000, overflow = 'throw' } = options;
  const name = className(eventClass);
  const subscription = bus.subscribe(eventClass, (event) => stream.push(event), { filter, name: `stream(${name})` });
  const leave = standing(subscription, signal, lifecycle, () => stream.end());
  const stream = new EventStream<E>(name, capacity, overflow, leave);
  if (signal?.aborted === true) stream.end();
  return stream;
}

// Not checked yet: subscribe does that.
function className(eventClass: EventClass | undefined): string {
  return eventClass?.name || '(anonymous class)';
}

/** Watches for what ends the waiting from outside. Returns how to leave: nothing stays with the signal or the bus. */
function standing(
  subscription: Subscription,
  signal: Signal | undefined,
  lifecycle: BusLifecycle,
  onEnd: (reason: unknown) => void,
): () => void {
  const abort = (): void => onEnd(signal?.reason);
  const forget = lifecycle.whenClosed(() => onEnd(lifecycle.closedError()));
  signal?.addEventListener('abort', abort);
  return () => {
    subscription.unsubscribe();
    forget();
    signal?.removeEventListener('abort', abort);
  };
}
