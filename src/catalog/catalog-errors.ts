import { classNameOf, type EventClass } from '../core/index.js';
import { issueLines } from './issue-lines.js';
import { quoted } from './quoted.js';
import type { SchemaIssue } from './standard-schema.js';

/**
 * The event's class is not in the catalog, so nobody could read what would be written. A base class in the catalog does
 * not count: the event would come back as one of another class.
 *
 * @example
 * ```ts
 * catalog.write(new OrderPlaced('o-1')); // UncataloguedEventError, until catalog.add(OrderPlaced, { … })
 * ```
 */
export class UncataloguedEventError extends Error {
  override readonly name = 'UncataloguedEventError';

  /** @internal */
  constructor(event: object, base: EventClass | undefined) {
    const name = classNameOf(event);
    const hint = base
      ? ` Its base class ${classNameOf(base.prototype)} is in it, and the event would come back as one.`
      : '';
    super(
      `${name} is not in the catalog.${hint} Add it: ` +
        `catalog.add(${name}, { name: 'a.name.of.its.own', read: (data) => new ${name}(…) }).`,
    );
  }
}

/**
 * No event class in the catalog has the name that was read, or had it before.
 *
 * @example
 * ```ts
 * await catalog.read('order.lost', 1, {}); // rejects with UnknownEventError
 * ```
 */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';

  /** @internal */
  constructor(
    /** The name that was read. */
    readonly eventName: string,
  ) {
    const name = quoted(eventName);
    super(
      `No event class in the catalog has the name '${name}'. Add it: catalog.add(TheClass, { name: '${name}', … }). ` +
        `The older name of a class belongs in its 'formerNames'.`,
    );
  }
}

/**
 * The event was written by a newer program: its version is above the one that the catalog knows. Keep the event; the
 * program reads it once it has been deployed with that version.
 *
 * @example
 * ```ts
 * const parks = (error: unknown): boolean => error instanceof VersionAheadError;
 * ```
 */
export class VersionAheadError extends Error {
  override readonly name = 'VersionAheadError';

  /** @internal */
  constructor(
    /** The name that was read. */
    readonly eventName: string,
    /** The version that was read. */
    readonly version: number,
    /** The newest version that the catalog knows. */
    readonly knownVersion: number,
  ) {
    super(
      `${eventName} v${version} is newer than this program, which knows v${knownVersion}. ` +
        `Deploy the code that knows v${version} here, and keep the event until then. Consumers are deployed before producers.`,
    );
  }
}

/**
 * An event cannot be written, or its data cannot be read: the data does not fit the schema (`issues`), one of
 * the functions in the catalog threw (`cause`), or one returned what it must not. The message names the event,
 * its version and what is wrong. What the data was is not in it: of a schema's issues it has the places and what was
 * expected there, because the words of some libraries quote the data.
 *
 * @example
 * ```ts
 * catalog.write(new OrderPlaced('')); // EventDataError: OrderPlaced (order.placed v2) cannot be written: …
 * ```
 */
export class EventDataError extends Error {
  override readonly name = 'EventDataError';
  /**
   * What the schema found, in its own words, which may quote the data; so it is not enumerable, and stays out of logs.
   * Empty when it is not about the schema.
   */
  readonly issues!: readonly SchemaIssue[];

  /** @internal */
  constructor(
    message: string,
    /** The wire name. */
    readonly eventName: string,
    /** The version of the data. */
    readonly version: number,
    { issues = [], ...options }: { readonly issues?: readonly SchemaIssue[]; readonly cause?: unknown } = {},
  ) {
    super(`${message}${issueLines(issues)}`, options);
    Object.defineProperty(this, 'issues', { value: issues, enumerable: false });
  }
}

/**
 * Data from outside that must not become an event: it is too large, too deep, no JSON, or has a key that can change
 * prototypes (`__proto__`, `constructor`, `prototype`). It is refused as a whole, and nothing is stripped. The message
 * names the event class where that is known, and the way to what is refused: the keys on it, and no values.
 *
 * @example
 * ```ts
 * catalog.parse('{"customer":{"__proto__":{"admin":true}}}'); // UnsafeDataError at customer.__proto__
 * ```
 */
export class UnsafeDataError extends Error {
  override readonly name = 'UnsafeDataError';

  /** @internal */
  constructor(
    message: string,
    /** From the data to what is refused: keys joined by dots; empty for the whole. */
    readonly path: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
