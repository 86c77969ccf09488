import type ts from 'typescript';
import type { ClassHierarchy } from './class-hierarchy.js';
import { isObject } from './event-types.js';
import { MultiMap } from './multi-map.js';
import type { PackageCode } from './package-code.js';
import type { Publish } from './publishes.js';
import type { SubscriptionSite } from './subscriptions.js';

/** Which event class comes from which publishes, and goes to which subscriptions. */
export class EventFlow {
  readonly publishes: readonly Publish[];
  readonly subscriptions: readonly SubscriptionSite[];
  /** By class, the publishes that may be of it: what was made of it on the spot, or has a base class for its type. */
  readonly published: MultiMap<ts.Symbol, Publish>;
  readonly #hierarchy: ClassHierarchy;
  readonly #packageCode: PackageCode;
  /** By class, the places in the list of those who subscribed to it. */
  readonly #places: MultiMap<ts.Symbol, number>;
  readonly #catchAlls: readonly number[];
  readonly #subscriptionsFor = new Map<ts.Symbol, readonly SubscriptionSite[]>();
  /** What is published, with all base classes of that. */
  readonly #reached: ReadonlySet<ts.Symbol>;

  constructor(
    publishes: readonly Publish[],
    subscriptions: readonly SubscriptionSite[],
    hierarchy: ClassHierarchy,
    packageCode: PackageCode,
  ) {
    this.publishes = publishes;
    this.subscriptions = subscriptions;
    this.#hierarchy = hierarchy;
    this.#packageCode = packageCode;
    this.published = MultiMap.by(publishes, (publish) => this.eventsOf(publish));
    this.#places = MultiMap.by(subscriptions.keys(), (place) => new Set(subscriptions[place]!.classes));
    this.#catchAlls = [...subscriptions.keys()].filter((place) => reachesAll(subscriptions[place]!));
    this.#reached = hierarchy.closureOf(this.published.keys());
  }

  /**
   * The event classes that a publish may be of. Where its type is a base class, those of its subclasses that are made
   * with `new`, anywhere or by what `instantiated` names. What was recorded before is of any class of its type, so
   * there `instantiated` names those that count.
   */
  eventsOf({ classes, exact, recorded }: Publish, instantiated?: ReadonlySet<ts.Symbol>): readonly ts.Symbol[] {
    return classes.flatMap((eventClass) => {
      if (isObject(eventClass)) return [];
      if (recorded && instantiated) return this.#hierarchy.possible(eventClass, instantiated);
      if (exact || !this.#hierarchy.hasHeirs(eventClass)) return isInterface(eventClass) ? [] : [eventClass];
      const possible = this.#hierarchy.possible(eventClass, instantiated);
      return possible.length > 0 || instantiated || isInterface(eventClass) ? possible : [eventClass];
    });
  }

  /** The part of a publish's type that leads to no class, as people read it. */
  unknownOf(publish: Publish): string | undefined {
    return (
      publish.unknown ??
      publish.classes.find((eventClass) => this.eventsOf({ ...publish, classes: [eventClass] }).length === 0)?.name
    );
  }

  /** The subscriptions that an event of this class reaches, catch-alls included. */
  subscriptionsFor(event: ts.Symbol): readonly SubscriptionSite[] {
    const sites = this.#subscriptionsFor.get(event) ?? this.#findSubscriptionsFor(event);
    this.#subscriptionsFor.set(event, sites);
    return sites;
  }

  /** Whether something is published that reaches who subscribed to a class, as the bus decides it. */
  isPublished(key: ts.Symbol, exact: boolean): boolean {
    return exact ? this.published.has(key) : this.#reached.has(key);
  }

  #findSubscriptionsFor(event: ts.Symbol): readonly SubscriptionSite[] {
    const places = new Set(this.#catchAlls);
    for (const key of this.#hierarchy.ancestorsOf(event)) {
      for (const place of this.#places.get(key)) {
        if (key === event || !this.subscriptions[place]!.exact) places.add(place);
      }
    }
    return [...places].sort((left, right) => left - right).map((place) => this.subscriptions[place]!);
  }

  /** `HandlerFailed` and others that the package itself declares. */
  isOfTheBus(event: ts.Symbol): boolean {
    return (event.declarations ?? []).some((declaration) => this.#packageCode.owns(declaration));
  }
}

/** No class goes by this name: `Error` is an interface too, and a class all the same. */
function isInterface(symbol: ts.Symbol): boolean {
  return symbol.valueDeclaration === undefined;
}

function reachesAll(site: SubscriptionSite): boolean {
  return isCatchAll(site) && !site.exact;
}

/** Returns whether a subscription asks for every event. */
export function isCatchAll({ classes }: SubscriptionSite): boolean {
  return classes.some(isObject);
}
