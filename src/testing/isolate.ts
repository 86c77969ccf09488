/// <reference lib="esnext.disposable" preserve="true" />
import {
  type EventBus,
  isEventClass,
  type SubscriberMethod,
  type Subscription,
  SubscriptionGroup,
} from '../core/index.js';
import { isOfTestKit } from './failure-catcher.js';

/**
 * Ends an isolation: from then on all handlers run again.
 *
 * @example
 * ```ts
 * using isolation = isolate(bus, [Receipts]); // ends with the block
 * ```
 */
export interface Isolation extends Disposable {
  /** All handlers run again; harmless when it has ended already. */
  end(): void;
}

/**
 * Lets only the named handlers run, on the whole bus, until it is ended: all other deliveries are `skipped`
 * with the reason `silenced`, those of `waitFor` and `stream` too. With two isolations at once, those
 * handlers run that both name.
 *
 * A handler is named by what was given to `subscribe` (the function or the object), by the registered
 * subscriber, by the class of either (which stands for its subclasses too), or by what `subscribe`, `register`
 * and `registerClass` returned.
 *
 * @throws Error for something that has no subscription on the bus: subscribe first.
 * @example
 * ```ts
 * using isolation = isolate(bus, [Receipts, updateStock]);
 * await bus.publish(new OrderPlaced('o-1'));
 * ```
 */
export function isolate(bus: EventBus, handlers: readonly object[]): Isolation {
  for (const handler of handlers) {
    if (bus.subscriptions().some((subscription) => belongsTo(subscription, handler))) continue;
    throw new Error(
      `isolate: ${nameOf(handler)} has no subscription on ${bus.name}. Subscribe it first. Subscribed are: ` +
        `${
          bus
            .subscriptions()
            .map(({ name }) => name)
            .join(', ') || 'none'
        }.`,
    );
  }
  const silencer = (subscription: Subscription): boolean =>
    !isOfTestKit(subscription) && !handlers.some((handler) => belongsTo(subscription, handler));
  bus.ports.silencers.add(silencer);
  const end = (): void => void bus.ports.silencers.delete(silencer);
  return { end, [Symbol.dispose]: end };
}

/** Whether a subscription is one of those that `isolate` was given an object for. */
function belongsTo(subscription: Subscription, owner: object): boolean {
  const { handler, subscriberClass } = subscription;
  if (subscription === owner || handler === owner) return true;
  if ((handler as Partial<SubscriberMethod>).subscriber?.deref() === owner) return true;
  if (owner instanceof SubscriptionGroup) return owner.subscriptions.includes(subscription);
  if (!isEventClass(owner)) return false;
  return handler instanceof owner || subscriberClass === owner || subscriberClass?.prototype instanceof owner;
}

function nameOf(handler: object): string {
  const { name } = handler as { name?: unknown };
  return typeof name === 'string' && name ? name : handler.constructor.name;
}
