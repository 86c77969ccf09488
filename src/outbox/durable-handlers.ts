import type { EventBus, EventClass, Subscription } from '../core/index.js';
import { type DeliveryPolicy, type WholePolicy, wholePolicy } from './delivery-policy.js';
import { isReplay, replayMark } from './replay-id.js';

/** The durable handlers of one bus, by id, with their policies. */
export class DurableHandlers {
  readonly #bus: EventBus;
  readonly #default: WholePolicy;
  readonly #policies: ReadonlyMap<string, WholePolicy>;
  readonly #checked = new Map<string, Subscription>();

  /** @throws TypeError for a policy that is none. */
  constructor(bus: EventBus, defaults: DeliveryPolicy, policies: Readonly<Record<string, DeliveryPolicy>>) {
    this.#bus = bus;
    this.#default = wholePolicy(defaults);
    this.#policies = new Map(Object.entries(policies).map(([id, policy]) => [id, wholePolicy(defaults, policy)]));
  }

  /** Those that are subscribed now, by id. */
  get all(): ReadonlyMap<string, Subscription> {
    const all = new Map<string, Subscription>();
    for (const subscription of this.#bus.subscriptions()) {
      const { durable } = subscription.options;
      if (durable && subscription.active) all.set(durable, subscription);
    }
    return all;
  }

  /** Those with one id: several for a method that takes several event classes. */
  subscriptionsOf(id: string): readonly Subscription[] {
    return this.#bus.subscriptions().filter(({ options, active }) => active && options.durable === id);
  }

  /** Returns whether events of the class reach the handler with this id. */
  reaches(id: string, eventClass: EventClass): boolean {
    return this.#bus.subscriptions(eventClass).some(({ options }) => options.durable === id);
  }

  policyOf(id: string): WholePolicy {
    return this.#policies.get(id) ?? this.#default;
  }

  /** @throws TypeError naming the handler, where its id cannot be relied on. */
  check(subscription: Subscription): void {
    const { name, options } = subscription;
    const id = options.durable!;
    const known = this.#checked.get(id);
    if (known === subscription) return;
    if (known?.active && known.handler !== subscription.handler) {
      throw new TypeError(`Two handlers have the durable id '${id}': ${known.name} and ${name}. Give each its own.`);
    }
    if (id === subscription.source.name || isReplay(id)) {
      throw new TypeError(
        `The durable id '${id}' of ${name} ${isReplay(id) ? `has a '${replayMark}', which marks replays` : 'is the name of its function, which a rename or a minifier changes'}. Choose a name that stays, like 'mail.receipt'.`,
      );
    }
    const impossible = options.once ? 'once' : options.phase === 'immediate' ? undefined : `phase: '${options.phase}'`;
    if (impossible)
      throw new TypeError(`${name} is durable (${id}), which does not go with ${impossible}. Leave one out.`);
    this.#checked.set(id, subscription);
  }

  /** All of them, and the policies. @throws TypeError */
  checkAll(): void {
    for (const subscription of this.#bus.subscriptions()) if (subscription.options.durable) this.check(subscription);
    const { all } = this;
    for (const [id, { formerIds }] of this.#policies) {
      if (!all.has(id)) {
        throw new TypeError(
          `There is a policy for '${id}', and no handler with that durable id. Known are: ${[...all.keys()].join(', ') || 'none'}.`,
        );
      }
      const alive = formerIds.find((former) => all.has(former));
      if (alive) throw new TypeError(`'${id}' was formerly '${alive}', and there is a handler with that durable id.`);
    }
  }
}
