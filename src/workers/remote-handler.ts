import { type DeliveryOptions, type EventClass, type Handler, prepareSubscription } from '../core/index.js';
import type { Admission, Deliveries } from './deliveries.js';

/** How a handler in a worker is called. */
export interface RemoteHandlerOptions<E extends object> {
  /** What is moved to the worker and not copied: `ArrayBuffer`s, most often. This thread cannot use them any more. */
  readonly transfer?: ((event: E) => readonly object[]) | undefined;
}

type Around = NonNullable<DeliveryOptions['around']>;

/** A handler for the bus, which has its events handled in a thread of a pool. */
export function remoteHandler<Target, E extends object>(
  deliveries: Deliveries<Target>,
  target: Target,
  name: string,
  { transfer }: RemoteHandlerOptions<E>,
): Handler<E> {
  // Set and taken in one go, with nothing in between: by `admitted`, which then runs the handler.
  let admission: Admission | undefined;
  const take = (): Admission | undefined => {
    const taken = admission;
    admission = undefined;
    return taken;
  };

  const handler: Handler<E> = async (event, context) => {
    // First, for what throws here must not keep a thread.
    const moved = transfer?.(event) ?? [];
    const admitted = take() ?? (await deliveries.enter(event, name));
    await deliveries.run(admitted, target, context, moved);
  };

  /** Waits for a thread before the handler is run, so that observers see the delivery waiting until then. */
  const admitted = async (run: () => unknown, event: object): Promise<unknown> => {
    admission = await deliveries.enter(event, name);
    try {
      return run();
    } finally {
      // Not run: the delivery has timed out or was unsubscribed while it was in line.
      take()?.leave();
    }
  };

  // The same one each time: a subscription is known by its options too.
  const inside = new WeakMap<Around, Around>();
  const admittedInside = (around: Around): Around => {
    const composed = inside.get(around) ?? ((run, event) => around(() => admitted(run, event), event));
    inside.set(around, composed);
    return composed;
  };

  const ask = (eventClasses: readonly EventClass[], options: DeliveryOptions): DeliveryOptions => {
    deliveries.assertCatalogued(eventClasses, name);
    return { ...options, around: options.around ? admittedInside(options.around) : admitted };
  };
  return Object.defineProperties(handler, { name: { value: name }, [prepareSubscription]: { value: ask } });
}
