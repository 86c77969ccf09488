import { assertEventPrototype, namedOnly, prototypeOf } from './event-class.js';
import { isStoppable } from './stoppable-event.js';
import type { SubscriptionRegistry } from './subscription-registry.js';
import type { Subscription } from './subscription.js';

/**
 * What will run for the events of one concrete class, decided before it runs. A plan never changes, so a subscription
 * that comes during a dispatch does not see that event; one that goes is asked for its state at its turn.
 */
export interface DispatchPlan {
  /** All sync subscriptions by priority, then all async ones by priority; ties in the order of subscription. */
  readonly steps: readonly Subscription[];
  /** Whether a handler or the event asks for more than being called: then each step goes through `deliver`. */
  readonly careful: boolean;
  /** Whether the event can be stopped. */
  readonly stoppable: boolean;
  /** For a step whose handler stands in the plan before: the earlier steps of that handler. */
  readonly twins: ReadonlyMap<number, readonly number[]> | undefined;
  /** Steps of a later phase or of the outbox: nothing in the core can deliver them. */
  readonly unserved: readonly Subscription[];
}

/** Makes plans, and keeps each until a subscription of its class or of an ancestor changes. */
export class DispatchPlanner {
  readonly #plans = new WeakMap<object, { plan: DispatchPlan; version: number }>();
  // The last class that was asked for: one class is often published many times in a row.
  #lastPrototype: object | null = null;
  #lastPlan: DispatchPlan | undefined;
  #lastVersion = 0;

  constructor(
    private readonly registry: SubscriptionRegistry,
    private readonly inheritance: boolean,
  ) {}

  /** @throws TypeError when the event is no event. */
  planOf(event: object): DispatchPlan {
    const prototype = prototypeOf(event);
    const { version } = this.registry;
    if (prototype === this.#lastPrototype && version === this.#lastVersion) return this.#lastPlan as DispatchPlan;
    assertEventPrototype(prototype, event);
    const plan = this.planFor(prototype);
    this.#lastPrototype = prototype;
    this.#lastVersion = version;
    this.#lastPlan = plan;
    return plan;
  }

  /** The plan for the instances of one class. */
  planFor(prototype: object): DispatchPlan {
    const { version } = this.registry;
    const cached = this.#plans.get(prototype);
    if (cached !== undefined && (cached.version === version || !this.#changed(prototype, cached.version))) {
      cached.version = version;
      return cached.plan;
    }
    const plan = compile(prototype, this.#subscribed(prototype));
    this.#plans.set(prototype, { plan, version });
    return plan;
  }

  #changed(prototype: object, version: number): boolean {
    return this.#lineage(prototype).some((ancestor) => this.registry.changedAfter(version, ancestor));
  }

  #subscribed(prototype: object): Subscription[] {
    // A set: one subscription may stand at several ancestors, and still is one step.
    const found = new Set<Subscription>();
    for (const ancestor of this.#lineage(prototype)) {
      for (const subscription of this.registry.at(ancestor)) {
        if (ancestor === prototype || subscription.options.exact !== true) found.add(subscription);
      }
    }
    return [...found];
  }

  /** The prototypes whose classes an event is routed to, its own first. */
  #lineage(prototype: object): object[] {
    if (!this.inheritance) return [prototype];
    const lineage: object[] = [];
    for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at) as object | null)
      lineage.push(at);
    return namedOnly in prototype ? lineage.filter((ancestor) => ancestor !== Object.prototype) : lineage;
  }
}

function compile(prototype: object, subscriptions: Subscription[]): DispatchPlan {
  const steps = subscriptions.sort(
    (one, other) =>
      Number(one.mode === 'async') - Number(other.mode === 'async') ||
      // Compared, not subtracted: Infinity - Infinity is no number.
      Number(other.priority > one.priority) - Number(other.priority < one.priority) ||
      one.order - other.order,
  );
  const stoppable = isStoppable(prototype);
  const twins = twinsAmong(steps);
  return {
    steps: Object.freeze(steps),
    stoppable,
    twins,
    careful: stoppable || twins !== undefined || steps.some(needsCare),
    unserved: steps.filter(({ phase, options }) => phase !== 'immediate' || options.durable !== undefined),
  };
}

function needsCare({ options, classes }: Subscription): boolean {
  const { once, filter, around, timeout } = options;
  // A list: a pair of it can end while the subscription itself stays active.
  return classes.length > 1 || once === true || filter !== undefined || around !== undefined || timeout !== undefined;
}

function twinsAmong(steps: readonly Subscription[]): ReadonlyMap<number, readonly number[]> | undefined {
  const twins = new Map<number, readonly number[]>();
  const seen = new Map<object, number[]>();
  steps.forEach(({ handler }, index) => {
    const earlier = seen.get(handler);
    if (earlier !== undefined) twins.set(index, [...earlier]);
    seen.set(handler, [...(earlier ?? []), index]);
  });
  return twins.size === 0 ? undefined : twins;
}
