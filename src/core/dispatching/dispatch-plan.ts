import { type EventClass, hiddenFromCatchAll, isEvent, lineageOf, noEvent, prototypeOf } from '../event-class.js';
import { allowsFastPath } from '../subscribing/handler-options.js';
import type { Handler } from '../subscribing/handler.js';
import { stoppable } from './stoppable-event.js';
import type { SubscriptionRegistry } from '../subscribing/subscription-registry.js';
import type { Subscription } from '../subscribing/subscription.js';
import { isThenable } from '../thenable.js';

/**
 * The steps for the events of one concrete class, decided before the first of them runs. They never change, so a
 * subscription that comes during a dispatch does not see that event. One that ends is asked for its state at its turn.
 */
export interface DispatchPlan {
  /** The prototype that the events are made from. */
  readonly prototype: object;
  /** The prototypes whose classes the event is routed to, its own first. */
  readonly lineage: readonly object[];
  /** Whether objects with this prototype are events: asked once, because it takes longer than the rest of a publish. */
  readonly isPublishable: boolean;
  /** All sync subscriptions by priority, then all async ones by priority; ties in the order of subscription. */
  readonly steps: readonly Subscription[];
  /** The functions of the steps, for the fast path. */
  readonly calls: readonly Handler[];
  /** The function of the only step: with many classes, a list that is not looked at is a cache miss less (d1000). */
  readonly soleCall: Handler | undefined;
  /** Whether the steps need only be called: there is one, none has options to heed, and the event cannot be stopped. */
  readonly fastPath: boolean;
  /** Whether the event can be stopped. */
  readonly stoppable: boolean;
  /** Targets that are in the plan more than once: by several of the event's classes, or subscribed in several ways. */
  readonly repeatedTargets: ReadonlySet<object>;
  /** The steps of a later phase and the durable ones: a module has to take them over. */
  readonly later: readonly Subscription[];
  /**
   * The version of the registry at which the planner last found the plan good. It is the one field that changes. In an
   * object beside the plan it costs one more cache miss for each of many classes: 7 ns of 95 (d1000, Node 20).
   */
  version: number;
}

/** Makes plans, and keeps each until a subscription of its class or of an ancestor changes. */
export class DispatchPlanner {
  readonly #registry: SubscriptionRegistry;
  readonly #inheritance: boolean;
  readonly #plans = new WeakMap<object, DispatchPlan>();
  // The answer to the last question: one class is often published many times in a row.
  #last: DispatchPlan | undefined;

  constructor(registry: SubscriptionRegistry, inheritance: boolean) {
    this.#registry = registry;
    this.#inheritance = inheritance;
  }

  /** Grows with every change of the subscriptions. */
  get version(): number {
    return this.#registry.version;
  }

  /** @throws TypeError when the event is no event. */
  planOf(event: object): DispatchPlan {
    const prototype = prototypeOf(event);
    const last = this.#last;
    if (last?.prototype === prototype && last?.version === this.#registry.version) return last;
    const plan = prototype && this.planFor(prototype, event);
    if (!plan?.isPublishable) throw noEvent(event);
    return (this.#last = plan);
  }

  /** Returns the plan for the instances of one class. @throws TypeError if a plan has to be made for no event. */
  planFor(prototype: object, event?: object): DispatchPlan {
    const plan = this.#plans.get(prototype);
    return plan?.version === this.#registry.version ? plan : this.#renewed(prototype, plan, event);
  }

  /** Returns whether an event of exactly this class would find a handler. */
  hasHandlers({ prototype }: EventClass): boolean {
    return this.planFor(prototype).steps.length > 0;
  }

  #renewed(prototype: object, plan: DispatchPlan | undefined, event: object | undefined): DispatchPlan {
    const lineage = this.#lineage(prototype);
    if (plan && !lineage.some((ancestor) => this.#registry.changedAfter(plan.version, ancestor))) {
      plan.version = this.#registry.version;
      return plan;
    }
    // Some classes give each instance a `then` of its own. To ask every event would be too slow.
    if (event && Object.hasOwn(event, 'then') && isThenable(event)) throw noEvent(event);
    const renewed = this.#compile(prototype, lineage);
    this.#plans.set(prototype, renewed);
    return renewed;
  }

  #lineage(prototype: object): object[] {
    const lineage = this.#inheritance ? lineageOf(prototype) : [prototype];
    return hiddenFromCatchAll in prototype ? lineage.filter((ancestor) => ancestor !== Object.prototype) : lineage;
  }

  #compile(prototype: object, lineage: readonly object[]): DispatchPlan {
    // A set: a subscription to several ancestors is one step. It is filled by loops, because with `flatMap` the first
    // publish after a change took twice as long.
    const found = new Set<Subscription>();
    for (const ancestor of lineage) {
      for (const subscription of this.#registry.at(ancestor)) {
        if (ancestor === prototype || !subscription.options.exact) found.add(subscription);
      }
    }
    const steps = [...found].sort(inOrder);
    const later = steps.filter(({ phase, options }) => phase !== 'immediate' || options.durable);
    const basis = { prototype, lineage, isPublishable: isEvent(prototype), version: this.#registry.version };
    return planFrom(basis, steps, later, steps.every(isForFastPath));
  }
}

/** Returns a plan that runs some steps of another one now, whatever their phase. */
export function subsetOf(plan: DispatchPlan, steps: readonly Subscription[]): DispatchPlan {
  // Not for the fast path, which would call a handler whose subscription has ended since the other plan was made.
  return planFrom(plan, steps, [], false);
}

/** The part of a plan that does not depend on its steps. */
type Basis = Pick<DispatchPlan, 'prototype' | 'lineage' | 'isPublishable' | 'version'>;

function planFrom(
  { prototype, lineage, isPublishable, version }: Basis,
  steps: readonly Subscription[],
  later: readonly Subscription[],
  areForFastPath: boolean,
): DispatchPlan {
  const isStoppable = stoppable in prototype;
  const repeatedTargets = repeatedAmong(steps);
  return {
    prototype,
    lineage,
    isPublishable,
    steps: Object.freeze(steps),
    calls: steps.map(({ call }) => call),
    soleCall: steps.length === 1 ? steps[0]?.call : undefined,
    fastPath: areForFastPath && steps.length > 0 && !isStoppable && repeatedTargets.size + later.length === 0,
    stoppable: isStoppable,
    repeatedTargets,
    later,
    version,
  };
}

function repeatedAmong(steps: readonly Subscription[]): Set<object> {
  const seen = new Set<object>();
  const repeated = new Set<object>();
  for (const { target } of steps) (seen.has(target) ? repeated : seen).add(target);
  return repeated;
}

function inOrder(one: Subscription, other: Subscription): number {
  if (one.mode !== other.mode) return one.mode === 'sync' ? -1 : 1;
  // Compared, not subtracted: Infinity - Infinity is no number.
  if (one.priority !== other.priority) return one.priority > other.priority ? -1 : 1;
  return one.order - other.order;
}

function isForFastPath({ options, eventClasses }: Subscription): boolean {
  // A pair of a list can end while the subscription itself stays active.
  return allowsFastPath(options) && eventClasses.length === 1;
}
