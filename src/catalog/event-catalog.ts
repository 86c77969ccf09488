import {
  aCount,
  checkOptions,
  type Checks,
  describe,
  type EventClass,
  isEvent,
  isEventClass,
  prototypeOf,
} from '../core/index.js';
import { CatalogEntry, type WrittenEvent } from './catalog-entry.js';
import { UncataloguedEventError, UnknownEventError } from './catalog-errors.js';
import { definitionOf, type EventDefinition, flawOfName, type WireData } from './event-definition.js';
import { type ManifestEntry, manifestOf } from './manifest.js';
import { kindOf, quoted } from './quoted.js';
import { type Limits, parseData } from './safe-data.js';

/**
 * What data from outside may be.
 *
 * @example
 * ```ts
 * const catalog = new EventCatalog({ maxBytes: 10_000_000 });
 * ```
 */
export interface EventCatalogOptions {
  /** How many bytes a text may have in UTF-8. Default 1 MiB (1 048 576). */
  readonly maxBytes?: number | undefined;
  /** How many objects and lists may be inside one another. Default 64. */
  readonly maxDepth?: number | undefined;
}

const catalogChecks: Checks<EventCatalogOptions> = { maxBytes: aCount, maxDepth: aCount };

/**
 * The names and versions by which event classes are known outside of the program, and how their events are written and
 * read. In memory an event is known by its class; on the wire by a name and a version that stay when the class is
 * renamed or minified.
 *
 * @throws TypeError for an option that is unknown or has an impossible value.
 * @example
 * ```ts
 * const catalog = new EventCatalog().add(OrderPlaced, {
 *   name: 'order.placed',
 *   version: 2,
 *   key: (event) => `order:${event.orderId}`,
 *   read: (data) => new OrderPlaced(data.orderId, data.currency),
 *   upcast: { 1: (data) => ({ ...data, currency: 'EUR' }) },
 * });
 * ```
 */
export class EventCatalog {
  readonly #limits: Limits;
  readonly #byPrototype = new Map<object, CatalogEntry>();
  readonly #byName = new Map<string, CatalogEntry>();
  readonly #watchers: ((entry: CatalogEntry) => void)[] = [];

  constructor(options: EventCatalogOptions = {}) {
    checkOptions(options, catalogChecks);
    const { maxBytes = 2 ** 20, maxDepth = 64 } = options;
    this.#limits = { maxBytes, maxDepth };
  }

  /**
   * Gives an event class its wire name. Returns the catalog, so that calls can be chained.
   *
   * @throws TypeError for what is no event class, a class or a name that is taken, a name that is merely that of the
   * class, and a definition that is incomplete or impossible. Nothing is added then.
   * @example
   * ```ts
   * catalog.add(OrderShipped, { name: 'order.shipped', read: (data) => new OrderShipped(data.orderId) });
   * ```
   */
  add<E extends object, Data = WireData, Written = WireData>(
    eventClass: EventClass<E>,
    definition: EventDefinition<E, Data, Written>,
  ): this {
    assertEventClass(eventClass);
    const entry = this.#entryFor(eventClass, definition as unknown as EventDefinition<object>);
    this.#byPrototype.set(eventClass.prototype, entry);
    for (const name of [entry.name, ...entry.formerNames]) this.#byName.set(name, entry);
    for (const see of this.#watchers) see(entry);
    return this;
  }

  /**
   * Whether this very class is in the catalog.
   *
   * @throws TypeError for what is no event class.
   * @example
   * ```ts
   * if (!catalog.has(OrderPlaced)) throw new Error('OrderPlaced cannot be stored.');
   * ```
   */
  has(eventClass: EventClass): boolean {
    assertEventClass(eventClass);
    return this.#byPrototype.has(eventClass.prototype);
  }

  /**
   * The entry of an event's very class; that of a base class is another one.
   *
   * @example
   * ```ts
   * catalog.entryOf(new OrderPlaced('o-1'))?.name; // 'order.placed'
   * ```
   */
  entryOf(event: object): CatalogEntry | undefined {
    const prototype = prototypeOf(event);
    return prototype ? this.#byPrototype.get(prototype) : undefined;
  }

  /**
   * The entry that has a wire name, or had it before.
   *
   * @example
   * ```ts
   * catalog.named('order.placed')?.eventClass; // OrderPlaced
   * ```
   */
  named(name: string): CatalogEntry | undefined {
    return this.#byName.get(name);
  }

  /** All entries, in the order in which they were added. */
  get entries(): readonly CatalogEntry[] {
    return [...this.#byPrototype.values()];
  }

  /** @internal Calls back for each entry that is there, and for each that will be added. */
  onEntry(see: (entry: CatalogEntry) => void): void {
    for (const entry of this.entries) see(entry);
    this.#watchers.push(see);
  }

  /**
   * What is to be stored or sent of an event. `key` and `write` are called at once; a promise comes back only if the
   * schema is async. What `write` made is kept, and not the schema's output: the schema is asked whether it could be
   * read.
   *
   * @throws UncataloguedEventError when the event's very class is not in the catalog.
   * @throws EventDataError when the data does not fit the schema, or `key` or `write` threw or returned what they must
   * not.
   * @throws TypeError for what is no event.
   * @example
   * ```ts
   * const { name, version, key, data } = await catalog.write(new OrderPlaced('o-1'));
   * ```
   */
  write(event: object): WrittenEvent | Promise<WrittenEvent> {
    const entry = this.entryOf(event);
    if (entry) return entry.write(event);
    throw this.#uncataloguedError(event);
  }

  /**
   * The event that was written: refuses data that is not safe, brings it to the current version, asks the schema, and
   * has the definition's `read` make the event of the schema's output.
   *
   * @throws UnknownEventError for a name that is not in the catalog.
   * @throws VersionAheadError for a version above the catalog's.
   * @throws UnsafeDataError, naming the class, for data that is too deep, or has a key that can change prototypes.
   * @throws EventDataError for a version that is too old, data that does not fit the schema, and functions that threw
   * or returned what they must not.
   * @example
   * ```ts
   * const event = await catalog.read('order.placed', 1, catalog.parse(text));
   * ```
   */
  async read(name: string, version: number, data: unknown): Promise<object> {
    const entry = this.named(name);
    if (!entry) throw new UnknownEventError(name);
    return entry.read(name, version, data, this.#limits.maxDepth);
  }

  /**
   * `JSON.parse` for text from outside, within the limits of the catalog.
   *
   * @throws UnsafeDataError for text that is too large or no JSON, and data that is too deep or has a key that can
   * change prototypes.
   * @param about What the text is the data of, for messages: the wire name, most often.
   * @throws TypeError for what is no text.
   * @example
   * ```ts
   * const data = catalog.parse('{"orderId":"o-1"}', 'order.placed');
   * ```
   */
  parse(text: string, about?: string): unknown {
    return parseData(text, this.#limits, about === undefined ? '' : `${quoted(about)}: `);
  }

  /**
   * What the catalog promises to those who read and write with it, sorted by name: keep it in a snapshot.
   *
   * @example
   * ```ts
   * console.log(JSON.stringify(catalog.manifest(), undefined, 2));
   * ```
   */
  manifest(): readonly ManifestEntry[] {
    return manifestOf(this.entries);
  }

  #entryFor(eventClass: EventClass, definition: EventDefinition<object>): CatalogEntry {
    try {
      if (this.has(eventClass)) throw new TypeError('The class is in it already.');
      const entry = new CatalogEntry(eventClass, definitionOf(eventClass, definition));
      this.#assertFree([entry.name, ...entry.formerNames]);
      return entry;
    } catch (cause) {
      throw new TypeError(`${describe(eventClass)} cannot be added to the catalog. ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  #assertFree(names: readonly string[]): void {
    for (const [index, name] of names.entries()) {
      const flaw = flawOfName(name);
      if (flaw !== undefined) throw new TypeError(`The name '${quoted(name)}' ${flaw}.`);
      const owner = this.named(name);
      if (owner) throw new TypeError(`The name '${name}' belongs to ${describe(owner.eventClass)}.`);
      if (names.indexOf(name) < index) throw new TypeError(`The name '${name}' stands in it twice.`);
    }
  }

  #uncataloguedError(event: object): Error {
    const prototype = prototypeOf(event);
    if (!isEvent(prototype)) {
      return new TypeError(
        `${kindOf(event)} cannot be written. Pass an instance of a class, as in new OrderPlaced(…).`,
      );
    }
    const base = this.entries.find(({ eventClass }) => (eventClass.prototype as object).isPrototypeOf(event));
    return new UncataloguedEventError(event, base?.eventClass);
  }
}

function assertEventClass(eventClass: unknown): asserts eventClass is EventClass {
  if (isEventClass(eventClass)) return;
  throw new TypeError(
    eventClass === undefined
      ? 'The event class is undefined: most often a circular import, in which two files import each other. Break the circle.'
      : `${describe(eventClass)} is no event class. Pass the class itself, as in catalog.add(OrderPlaced, { name: 'order.placed', … }).`,
  );
}
