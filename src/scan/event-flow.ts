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
  }

  /**
   * The event classes that a publish may be of. Where its type is a base class, those of its subclasses that are made
   * with `new`, anywhere or by what `instantiated` names.
   */
  eventsOf({ classes, exact }: Publish, instantiated?: ReadonlySet<ts.Symbol>): readonly ts.Symbol[] {
    return classes.flatMap((eventClass) => {
      if (isObject(eventClass)) return [];
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
    return this.subscriptions.filter((site) => site.classes.some((key) => this.reaches(event, key, site.exact)));
  }

  /** Whether an event of a class reaches who subscribed to another, as the bus decides it. */
  reaches(event: ts.Symbol, key: ts.Symbol, exact: boolean): boolean {
    if (event === key || exact) return event === key;
    return isObject(key) || this.#hierarchy.ancestorsOf(event).has(key);
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

/** Returns whether a subscription asks for every event. */
export function isCatchAll({ classes }: SubscriptionSite): boolean {
  return classes.some(isObject);
}
