import { type DeliveryOptions, type EventClass, handlerOptions, type Subscription } from '../core/index.js';
import { basesOf, eventClassesOn } from './event-classes.js';
import { classNameOf, compareNames, assignIds } from './identity.js';
import { type ShownOption, shownOptions } from './shown-options.js';
import { isWirableBus, type WirableBus } from './wirable-bus.js';
import type { SourceLocation, WiredEvent, WiredHandler, Wiring } from './wiring.js';

/**
 * What a wiring is to show besides what the bus itself knows.
 *
 * @example
 * ```ts
 * const wiring = describeWiring(bus, { events: [OrderShipped], locate: functionLocations() });
 * ```
 */
export interface WiringOptions {
  /**
   * Event classes that belong to the wiring although nobody subscribed to them: those that are published, for instance.
   */
  readonly events?: readonly EventClass[] | undefined;
  /** Tells where a function stands; `functionLocations()` of `class-events/wiring/node` gives one. */
  readonly locate?: ((source: Function) => SourceLocation | undefined) | undefined;
}

/**
 * Reads who reacts to what from a bus: every event class that somebody is subscribed to, with its handlers in the
 * order in which they would run. Nothing is called: no handler, no filter. The same subscriptions, made in the
 * same order, give an equal value.
 *
 * A base class that nobody is subscribed to is left out, for it changes nothing. So is a subclass that the bus has
 * not heard of: name it in `events`.
 *
 * @throws TypeError for what is no bus, and for an entry of `events` that is no class.
 * @example
 * ```ts
 * console.log(toTable(describeWiring(bus)));
 * ```
 */
export function describeWiring(bus: WirableBus, options: WiringOptions = {}): Wiring {
  if (!isWirableBus(bus)) {
    throw new TypeError('describeWiring takes an EventBus. Pass the bus itself, not its name, class or options.');
  }
  const classes = eventClassesOn(bus, options.events);
  const handlers = assignIds(bus.subscriptions(), ({ name }) => name);
  const wiredEvent = (eventClass: EventClass, id: string): WiredEvent => {
    const bases = basesOf(eventClass, classes);
    const steps = bus.subscriptions(eventClass).map((subscription) => {
      const subscribedTo = new Set(subscription.eventClasses.map((subscribed) => classes.get(subscribed)));
      return {
        handler: handlers.get(subscription)!,
        by: [id, ...bases].find((candidate) => subscribedTo.has(candidate))!,
      };
    });
    return { id, name: classNameOf(eventClass), bases, plan: steps };
  };
  return {
    bus: bus.name,
    events: [...classes]
      .map(([eventClass, id]) => wiredEvent(eventClass, id))
      .sort((left, right) => compareNames(left.id, right.id)),
    handlers: [...handlers].map(([subscription, id]) => wiredHandler(subscription, id, classes, options.locate)),
  };
}

function wiredHandler(
  { name, eventClasses, options, subscriberClass, source }: Subscription,
  id: string,
  classes: ReadonlyMap<EventClass, string>,
  locate: WiringOptions['locate'],
): WiredHandler {
  const location = locate?.(source);
  return {
    id,
    name,
    events: eventClasses.map((eventClass) => classes.get(eventClass)!),
    ...wiredOptions(options),
    ...(subscriberClass && { subscriber: classNameOf(subscriberClass) }),
    ...(location && { location }),
  };
}

type WiredOptions = Pick<WiredHandler, ShownOption>;

function wiredOptions(options: DeliveryOptions): WiredOptions {
  const values = shownOptions.map((name) => {
    const value = options[name];
    if (handlerOptions[name].show === 'flag') return [name, Boolean(value)];
    return [name, typeof value === 'number' && !Number.isFinite(value) ? String(value) : value];
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as WiredOptions;
}
