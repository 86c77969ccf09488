/// <reference lib="esnext.disposable" preserve="true" />
import type { DeliveryOptions } from './handler-options.js';
import { type EventClass, nameOf } from '../event-class.js';
import { callableOf, functionOf, handlerName } from './handler-function.js';
import { showAsJson } from '../log-view.js';
import type { AnyHandler, Handler, Mode, Phase } from './handler.js';

/**
 * One handler's standing interest in one event class, or in a list of them. It hands back its own undo: after
 * `unsubscribe()` has returned, the handler never runs again, not even for an event that is being dispatched.
 *
 * @example
 * ```ts
 * const subscription = bus.subscribe(OrderPlaced, sendReceipt);
 * subscription.unsubscribe();
 * {
 *   using whileHere = bus.subscribe(OrderPlaced, sendReceipt); // ends with the block
 * }
 * ```
 */
export class Subscription implements Disposable {
  /** @internal The handler as a dispatch calls it: as no method, otherwise `this` would be the subscription. */
  readonly call: Handler;
  /** @internal `spent`: called for the last time by `once`, perhaps still retrying. `ended`: never runs again. */
  state: 'active' | 'spent' | 'ended' = 'active';

  /** @internal */
  constructor(
    /** The event classes that this subscription waits for. A pair of a list can end alone. */
    readonly eventClasses: readonly EventClass[],
    /** @internal As it was given: half of what makes a subscription unique. */
    readonly handler: AnyHandler,
    /** All that was asked for, with defaults. Filters and `around` are here to be seen, not to be called. */
    readonly options: DeliveryOptions,
    /** @internal Place in the order of subscription. */
    readonly order: number,
    /** @internal Called once, when no further event is to reach the handler. */
    public onEnd: (subscription: Subscription) => void,
  ) {
    this.call = functionOf(handler);
  }

  /** @internal Has Vue, which looks at this name, leave a subscription as it is. */
  get [Symbol.toStringTag](): string {
    return 'Subscription';
  }

  /** Whether the handler runs in order on the publisher's stack, or together with the other async ones. */
  get mode(): Mode {
    return this.options.mode;
  }

  /** Higher runs first. */
  get priority(): number {
    return this.options.priority;
  }

  /** When the handler runs, seen from the publisher's transaction. */
  get phase(): Phase {
    return this.options.phase;
  }

  /** The option `name`, else the handler's own, else `handler of OrderPlaced`: for people, not for routing. */
  get name(): string {
    return this.options.name ?? (handlerName(this.handler) || `handler of ${this.eventClasses.map(nameOf).join(', ')}`);
  }

  /** The class of the subscriber whose `@On` method it is; undefined for a handler that was given to `subscribe`. */
  get subscriberClass(): EventClass | undefined {
    return this.options.origin?.subscriberClass;
  }

  /** The function that was written for these events, for tools that show where it stands. Not for calling. */
  get source(): Function {
    const { origin } = this.options;
    return (origin ? origin.subscriberClass.prototype[origin.method as never] : callableOf(this.handler)) as Function;
  }

  /**
   * @internal What is called in the end. An object that was registered and subscribed as well is one target, and runs
   * once for an event.
   */
  get target(): object {
    if (this.options.origin?.method !== 'handle') return this.handler;
    // Every method of a registered object has a reference to it; one of a class has none.
    const { subscriber } = this.handler as { readonly subscriber?: { deref(): object | undefined } };
    return subscriber?.deref() ?? this.handler;
  }

  /** False once it has ended, was used up by `once`, or its weakly held subscriber has been collected. */
  get active(): boolean {
    const { subscriber } = this.options;
    return this.state === 'active' && (!subscriber || subscriber.deref() !== undefined);
  }

  /**
   * @internal Returns whether events of this lineage are for the subscription. A pair of its list can end while the
   * subscription stays active.
   */
  reaches(lineage: readonly object[]): boolean {
    const { exact } = this.options;
    for (const { prototype } of this.eventClasses) {
      if (exact ? prototype === lineage[0] : lineage.includes(prototype)) return true;
    }
    return false;
  }

  /** Ends the subscription; harmless when it has ended already. */
  unsubscribe(): void {
    this.end('ended');
  }

  /** The same as `unsubscribe()`, for `using`. */
  [Symbol.dispose](): void {
    this.end('ended');
  }

  /** What a log shows: its name, without its handler and what that holds. */
  toJSON(): string {
    return this.name;
  }

  /** @internal */
  end(state: 'spent' | 'ended'): void {
    const wasActive = this.state === 'active';
    this.state = state;
    if (wasActive) this.onEnd(this);
  }
}
showAsJson(Subscription);
