import { describe, type EventClass, isThenable, prototypeOf } from '../core/index.js';
import { VersionAheadError } from './catalog-errors.js';
import { Conversion } from './conversion.js';
import type { EventDefinition } from './event-definition.js';
import { kindOf, quoted } from './quoted.js';
import { assertSafe } from './safe-data.js';
import type { StandardSchema } from './standard-schema.js';
import { UpcastChain } from './upcast-chain.js';

/**
 * What is stored or sent of an event.
 *
 * @example
 * ```ts
 * const { name, version, key, data }: WrittenEvent = await catalog.write(new OrderPlaced('o-1'));
 * ```
 */
export interface WrittenEvent {
  /** The wire name. */
  readonly name: string;
  readonly version: number;
  /** The ordering key; undefined when the event has no order. */
  readonly key: string | undefined;
  /** What `write` returned, as it is: not yet text, and not what the schema made of it. */
  readonly data: unknown;
}

/**
 * One event class in the catalog.
 *
 * @example
 * ```ts
 * const wireName = (event: object): string | undefined => catalog.entryOf(event)?.name;
 * ```
 */
export class CatalogEntry {
  readonly eventClass: EventClass;
  /** The wire name. */
  readonly name: string;
  /** The version that is written. */
  readonly version: number;
  /** Older wire names that are still read. */
  readonly formerNames: readonly string[];
  /** The versions that can be read, oldest first. */
  readonly reads: readonly number[];
  /** Whether an outbox keeps its events in the log though no durable handler takes them. */
  readonly log: boolean;
  /** Whether its events have an ordering key. */
  readonly keyed: boolean;
  /** The schema of the data. */
  readonly schema: StandardSchema | undefined;
  readonly #definition: EventDefinition<object>;
  readonly #upcasts: UpcastChain;

  /** @internal */
  constructor(eventClass: EventClass, definition: EventDefinition<object>) {
    const { name, version = 1, formerNames = [], key, schema, log = false, upcast = {} } = definition;
    this.eventClass = eventClass;
    this.name = name;
    this.version = version;
    this.formerNames = [...formerNames];
    this.keyed = key !== undefined;
    this.log = log;
    this.schema = schema;
    this.#definition = definition;
    this.#upcasts = new UpcastChain(upcast, version);
    this.reads = this.#upcasts.versions;
  }

  /** @internal */
  write(event: object): WrittenEvent | Promise<WrittenEvent> {
    const { key, write = ownProperties } = this.#definition;
    const conversion = this.#conversion('written', this.name, this.version);
    const written = {
      name: this.name,
      version: this.version,
      key: key && keyFrom(conversion, () => key(event)),
      data: conversion.data('write', () => write(event)),
    };
    if (!this.schema) return written;
    const output = conversion.validate(this.schema, written.data);
    return isThenable(output) ? Promise.resolve(output).then(() => written) : written;
  }

  /**
   * @internal Asks the schema about data as a reader will get it, which may be other than what `write` returned.
   * @throws EventDataError when it does not fit, or a promise that rejects with it if the schema is async.
   */
  assertReadable(data: unknown): void | Promise<void> {
    if (!this.schema) return undefined;
    const output = this.#conversion('written', this.name, this.version).validate(this.schema, data, 'as JSON ');
    return isThenable(output) ? Promise.resolve(output).then(() => undefined) : undefined;
  }

  /** @internal */
  async read(name: string, version: number, data: unknown, maxDepth: number): Promise<object> {
    if (Number.isInteger(version) && version > this.version) throw new VersionAheadError(name, version, this.version);
    const conversion = this.#conversion('read', name, version);
    if (!this.reads.includes(version)) {
      throw conversion.error(
        `the versions that can be read are ${this.reads.join(', ')}. Older ones need steps in 'upcast'.`,
      );
    }
    assertSafe(data, maxDepth, conversion.about);
    let current = data;
    for (const [from, upcast] of this.#upcasts.from(version)) {
      current = conversion.data(`the step ${from} of upcast`, () => upcast(current));
    }
    const accepted = this.schema ? await conversion.validate(this.schema, current) : current;
    const { read } = this.#definition;
    const event = conversion.call('read', () => read(accepted));
    // The very class. Otherwise an event of a subclass would reach other handlers than the event that was written.
    if (prototypeOf(event) === this.eventClass.prototype) return event as object;
    throw conversion.error(`read returned ${kindOf(event)}. It has to return a new ${describe(this.eventClass)}(…).`);
  }

  #conversion(action: 'written' | 'read', name: string, version: number): Conversion {
    return new Conversion(
      `${describe(this.eventClass)} (${name} v${quoted(describe(version))}) cannot be ${action}`,
      name,
      version,
    );
  }
}

const ownProperties = (event: object): unknown => ({ ...event });

function keyFrom(conversion: Conversion, work: () => unknown): string | undefined {
  const key = conversion.call('key', work);
  if (key === undefined || (typeof key === 'string' && key !== '')) return key;
  throw conversion.error(
    `key returned ${kindOf(key)}. It has to return a string that is not empty, or undefined for no order.`,
  );
}
