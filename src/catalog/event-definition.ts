import {
  aBoolean,
  aCount,
  aFunction,
  aStoredName,
  aText,
  checkOptions,
  type Checks,
  describe,
  type EventClass,
} from '../core/index.js';
import { isStandardSchema, type StandardSchema } from './standard-schema.js';

/**
 * Data as it is on the wire. Without a schema nobody vouches for its shape, so `read` says what it takes it for.
 *
 * @example
 * ```ts
 * const read = (data: WireData): OrderPlaced => new OrderPlaced(data.orderId);
 * ```
 */
// oxlint-disable-next-line typescript/no-explicit-any -- unknown could not be spread, nor be annotated by `read`
export type WireData = any;

/**
 * The steps from older versions to the current one: the step `n` makes data of version `n + 1` from data of version
 * `n`.
 *
 * @example
 * ```ts
 * const upcast: Upcasters = { 1: (data) => ({ ...data, currency: 'EUR' }) };
 * ```
 */
export type Upcasters = Readonly<Record<number, (data: WireData) => unknown>>;

/**
 * How an event class is known on the wire, and how its events are written and read. `Data` is what `read` gets,
 * `Written` what `write` makes; with a schema they are its output and its input.
 *
 * @example
 * ```ts
 * const definition: EventDefinition<OrderPlaced> = {
 *   name: 'order.placed',
 *   read: (data) => new OrderPlaced(data.orderId),
 * };
 * ```
 */
export interface EventDefinition<E extends object, Data = WireData, Written = WireData> {
  /** The wire name. It outlives the class. Do not use the class's name, which a refactoring or a minifier changes. */
  readonly name: string;
  /** Of the data's shape: a whole number above 0. Raise it when older code could not read the data. Default 1. */
  readonly version?: number | undefined;
  /** The ordering key: events with the same key are delivered one after another. Undefined: in no order. */
  readonly key?: ((event: E) => string | undefined) | undefined;
  /** What the data must be: asked after `write`, and before `read`, which gets the schema's output. */
  readonly schema?: StandardSchema<Written, Data> | undefined;
  /** From an event to its data, sync. Default: its own enumerable properties. */
  readonly write?: ((event: E) => NoInfer<Written>) | undefined;
  /** From data to an event, sync: the one place where events are made. It returns an instance of this very class. */
  readonly read: (data: Data) => NoInfer<E>;
  /** Makes data of older versions readable. Versions below the lowest step are refused. */
  readonly upcast?: Upcasters | undefined;
  /**
   * Whether an outbox keeps the events in its log also when no durable handler takes them, so that one that comes later
   * can be given them by a replay. Default false.
   */
  readonly log?: boolean | undefined;
  /** Older wire names of the same event, which are still read. */
  readonly formerNames?: readonly string[] | undefined;
}

const definitionChecks: Checks<EventDefinition<object>> = {
  name: aText,
  version: aCount,
  key: aFunction,
  schema: ["a Standard Schema, with '~standard' (zod, valibot, arktype and others)", isStandardSchema],
  write: aFunction,
  read: aFunction,
  log: aBoolean,
  upcast: ['an object with a function for each older version', (value) => typeof value === 'object' && value !== null],
  formerNames: ['a list of strings that are not empty', (value) => Array.isArray(value) && value.every(aText[1])],
};

/** Returns why a name cannot be kept in a row; undefined if it can. */
export function flawOfName(name: string): string | undefined {
  if (aStoredName[1](name)) return undefined;
  if (/[\0\p{Cs}]/u.test(name)) return 'holds a NUL or half of a character, which databases refuse';
  return 'has more than 200 characters';
}

/** A checked copy. @throws TypeError for an option that is unknown, impossible or missing. */
export function definitionOf(eventClass: EventClass, given: EventDefinition<object>): EventDefinition<object> {
  checkOptions(given, definitionChecks);
  const definition = { ...given };
  for (const required of ['name', 'read'] as const) {
    if (definition[required] !== undefined) continue;
    throw new TypeError(
      `The option '${required}' is missing, as in { name: 'order.placed', read: (data) => new OrderPlaced(data.orderId) }.`,
    );
  }
  if (definition.name === describe(eventClass) && !/[.:/-]/.test(definition.name)) {
    throw new TypeError(
      `The name '${definition.name}' is that of the class, which a refactoring or a minifier changes. Give the event a name of its own, as in 'order.placed'.`,
    );
  }
  return definition;
}
