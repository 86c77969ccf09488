import type { FlagOptions, ValueOptions } from './shown-options.js';

/**
 * Where a function stands in the sources.
 *
 * @example
 * ```ts
 * const { file, line } = { file: 'src/receipts.ts', line: 12, column: 3 } satisfies SourceLocation;
 * ```
 */
export interface SourceLocation {
  /** A path, relative to the working directory where it lies below it; with forward slashes. */
  readonly file: string;
  /** The first line of a file is 1. */
  readonly line: number;
  /** Near the name of the function, as exact as the source map is. The first column of a line is 1. */
  readonly column: number;
}

/**
 * One subscription, as plain data, with the handler options that it was made with. Options that are functions or
 * switches are shown as set or not.
 *
 * @example
 * ```ts
 * const slow = describeWiring(bus).handlers.filter(({ timeout }) => timeout !== undefined && timeout > 1_000);
 * ```
 */
export interface WiredHandler extends FlagOptions, Omit<ValueOptions, 'priority'> {
  /** Its name; the second handler of that name is `name#2`. */
  readonly id: string;
  /** The name of the subscription. */
  readonly name: string;
  /** The ids of the event classes that it is subscribed to. */
  readonly events: readonly string[];
  /** Higher runs first. JSON has no infinity, so that one is text. */
  readonly priority: number | 'Infinity' | '-Infinity';
  /** The name of the class whose `@On` method it is. */
  readonly subscriber?: string;
  /** Where its function stands, as far as `locate` knows. */
  readonly location?: SourceLocation;
}

/**
 * One handler's place among those that run for an event class.
 *
 * @example
 * ```ts
 * const inherited = describeWiring(bus).events.flatMap(({ id, plan }) => plan.filter(({ by }) => by !== id));
 * ```
 */
export interface WiredStep {
  /** The id of the handler. */
  readonly handler: string;
  /** The id of the event class that it is subscribed to: this one, or a base class of it. */
  readonly by: string;
}

/**
 * One event class, with all that would run for an event of it.
 *
 * @example
 * ```ts
 * const unhandled = describeWiring(bus, { events: [OrderPlaced] }).events.filter(({ plan }) => plan.length === 0);
 * ```
 */
export interface WiredEvent {
  /** Its name; the second class of that name is `Name#2`. */
  readonly id: string;
  /** The name of the class. */
  readonly name: string;
  /** The ids of its base classes that are in the wiring too, the nearest first. */
  readonly bases: readonly string[];
  /** Its handlers, in the order in which they run. */
  readonly plan: readonly WiredStep[];
}

/**
 * Who reacts to what on one bus, as plain data: it can be written as JSON and read back without loss.
 *
 * @example
 * ```ts
 * const wiring: Wiring = describeWiring(bus);
 * ```
 */
export interface Wiring {
  /** The name of the bus. */
  readonly bus: string;
  /** Every class that somebody is subscribed to or that was given, by name. */
  readonly events: readonly WiredEvent[];
  /** Every active subscription, in the order in which they were made. */
  readonly handlers: readonly WiredHandler[];
}
