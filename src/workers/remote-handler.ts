import { type DeliveryOptions, type EventClass, type Handler, prepareSubscription } from '../core/index.js';
import type { Admission, Deliveries } from './deliveries.js';

/** How a handler in a worker is called. */
export interface RemoteHandlerOptions<E extends object> {
  /** What is moved to the worker and not copied: `ArrayBuffer`s, most often. This thread cannot use them any more. */
  readonly transfer?: ((event: E) => readonly object[]) | undefined;
}

type Around = NonNullable<DeliveryOptions['around']>;

/** Returns a handler for the bus that handles its events in a thread of a pool. */
export function remoteHandler<Target, E extends object>(
  deliveries: Deliveries<Target>,
  target: Target,
  name: string,
  { transfer }: RemoteHandlerOptions<E>,
): Handler<E> {
  const admissions = new UnusedAdmissions();

  const handler: Handler<E> = async (event, context) => {
    // Before the admission is used. Otherwise an error of `transfer` would keep the thread.
    const moved = transfer?.(event) ?? [];
    // There is no admission when a method calls the handler, and not the bus.
    const admission = admissions.use(event) ?? (await deliveries.admit(event, name));
    await deliveries.run(admission, target, context, moved);
  };

  /**
   * Waits for a thread before it runs the handler. Otherwise observers would see the delivery executing while it waits.
   */
  const admit = async (run: () => unknown, event: object): Promise<unknown> => {
    const admission = await deliveries.admit(event, name);
    admissions.add(event, admission);
    try {
      return run();
    } finally {
      // `run` did not call the handler when the delivery has timed out or was unsubscribed in the queue.
      if (admissions.remove(event, admission)) admission.release();
    }
  };

  // One function for each `around`, because a subscription is known by its options too.
  const composedAround = new WeakMap<Around, Around>();
  const admitInside = (around: Around): Around => {
    const composed = composedAround.get(around) ?? ((run, event) => around(() => admit(run, event), event));
    composedAround.set(around, composed);
    return composed;
  };

  const prepare = (eventClasses: readonly EventClass[], options: DeliveryOptions): DeliveryOptions => {
    deliveries.assertCatalogued(eventClasses, name);
    return { ...options, around: options.around ? admitInside(options.around) : admit };
  };
  return Object.defineProperties(handler, { name: { value: name }, [prepareSubscription]: { value: prepare } });
}

/**
 * The admissions of one handler that no call has used yet, by event. Admissions of the same event are alike,
 * so a call may use any of them.
 */
class UnusedAdmissions {
  readonly #byEvent = new WeakMap<object, Set<Admission>>();

  add(event: object, admission: Admission): void {
    const admissions = this.#byEvent.get(event) ?? new Set();
    this.#byEvent.set(event, admissions.add(admission));
  }

  /** Removes and returns an admission of the event. */
  use(event: object): Admission | undefined {
    const admissions = this.#byEvent.get(event);
    const [admission] = admissions ?? [];
    if (admission) admissions?.delete(admission);
    return admission;
  }

  /** Returns whether the admission was still unused. */
  remove(event: object, admission: Admission): boolean {
    return this.#byEvent.get(event)?.delete(admission) ?? false;
  }
}
