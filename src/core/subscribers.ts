import { classNameOf } from './event-class.js';
import { aBoolean, checkOptions, type Checks } from './option-checks.js';
import { methodSubscriptions } from './subscriber.js';
import { SubscriptionGroup } from './subscription-group.js';
import type { SubscriptionRegistry } from './subscription-registry.js';

/**
 * How a subscriber is held.
 *
 * @example
 * ```ts
 * bus.register(window, { weak: true });
 * ```
 */
export interface RegisterOptions {
  /** The bus does not keep the subscriber alive: when nothing else holds it, its subscriptions end. Default false. */
  readonly weak?: boolean | undefined;
}

const checks: Checks<RegisterOptions> = { weak: aBoolean };

/** The objects whose `@On` methods are subscribed on one bus. */
export class Subscribers {
  // A group holds its subscriber through its handlers, and those of a weak one hold it weakly: so no group keeps one alive.
  readonly #groups = new WeakMap<object, SubscriptionGroup>();
  readonly #collected = new FinalizationRegistry<SubscriptionGroup>((group) => group.unsubscribe());

  constructor(private readonly registry: SubscriptionRegistry) {}

  register(subscriber: object, options: RegisterOptions | undefined): SubscriptionGroup {
    checkOptions(options, checks);
    const weak = options?.weak === true;
    const present = this.#groups.get(subscriber);
    if (present?.active === true) {
      if (present.weak === weak) return present;
      throw new Error(`${present.name} is registered already, ${weak ? 'not weakly' : 'weakly'}. Unregister it first.`);
    }
    const methods = methodSubscriptions(subscriber, weak);
    const subscriptions = methods.map((method) =>
      this.registry.add(method.eventClasses, method.handler, method.options),
    );
    const group = new SubscriptionGroup(classNameOf(subscriber), subscriptions, weak);
    this.#groups.set(subscriber, group);
    if (weak) this.#collected.register(subscriber, group);
    return group;
  }

  unregister(subscriber: object): boolean {
    const group = this.#groups.get(subscriber);
    const active = group?.active === true;
    group?.unsubscribe();
    return active;
  }
}
