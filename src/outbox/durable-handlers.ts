import type { EventCatalog } from '../catalog/index.js';
import { describe, type EventBus, type EventClass, type Subscription } from '../core/index.js';
import { type DeliveryPolicy, type WholePolicy, wholePolicy } from './delivery-policy.js';

/** The durable id of the subscriptions that keep events in the log. No row has it. */
export const logKeeperId = 'class-events.log';

/** The durable handlers of one bus, by id, with their policies. */
export class DurableHandlers {
  readonly #bus: EventBus;
  #default: WholePolicy;
  #policies: ReadonlyMap<string, WholePolicy>;
  #only: ReadonlySet<string> | undefined;

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
      if (!durable || durable === logKeeperId || !subscription.active) continue;
      if (this.#only?.has(durable) ?? true) all.set(durable, subscription);
    }
    return all;
  }

  /** The same handlers and policies, of which only some are there: those with these ids. */
  only(ids: readonly string[]): DurableHandlers {
    const some = new DurableHandlers(this.#bus, {}, {});
    some.#default = this.#default;
    some.#policies = this.#policies;
    some.#only = new Set(ids);
    return some;
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

  /**
   * @throws TypeError for a handler that waits for a class which is not in the catalog, nor any class below it: no
   * event of it could be written.
   */
  checkClasses({ entries }: Pick<EventCatalog, 'entries'>): void {
    const isWritten = ({ prototype }: EventClass): boolean =>
      entries.some(({ eventClass }) => eventClass.prototype === prototype || isBelow(eventClass, prototype));
    for (const id of this.all.keys()) {
      const classes = this.subscriptionsOf(id).flatMap(({ eventClasses }) => eventClasses);
      const missing = classes.find((eventClass) => !isWritten(eventClass));
      if (!missing) continue;
      const name = describe(missing);
      throw new TypeError(
        `The durable handler '${id}' waits for ${name}, and neither ${name} nor a class below it is in the catalog, so publishing it would fail. Add it: catalog.add(${name}, { name: …, read: … }).`,
      );
    }
  }

  /** @throws TypeError for a policy whose handler is not there, or whose former id still has one. */
  checkPolicies(): void {
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

function isBelow(eventClass: EventClass, prototype: object): boolean {
  return Object.prototype.isPrototypeOf.call(prototype, eventClass.prototype as object);
}
