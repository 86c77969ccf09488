import type { EventClass } from '../core/index.js';
import { type Claim, claimHandled, claimPublished, claimPublishedInOrder, type CompareFields } from './claim.js';
import { type EventFields, hasFields } from './event-fields.js';
import type { EventRecorder } from './event-recorder.js';

/**
 * What `expect(recorder)` can do with the {@link eventMatchers}. The declarations of `class-events/testing/jest` and
 * `class-events/testing/vitest` add it to their `expect`.
 *
 * @example
 * ```ts
 * declare module 'another-expect' { interface Matchers<R> extends EventMatchers<R> {} }
 * ```
 */
export interface EventMatchers<R = void> {
  /** An event of the class or a subclass was published; with these fields, in which matchers may stand for values. */
  toHavePublished<E extends object>(eventClass: EventClass<E>, fields?: EventFields<E>): R;
  /** Events of these classes were published in this order; others may stand between them. */
  toHavePublishedInOrder(eventClasses: readonly EventClass[]): R;
  /**
   * A handler was called with an event of the class and fulfilled: any one, or the one
   * whose subscription has this name.
   */
  toHaveHandled(eventClass: EventClass, handler?: string): R;
}

/**
 * Matchers for `expect(recorder)`, for any `expect` that is extended as jest's is. Their messages list what was seen
 * instead. Fields are compared as `toMatchObject` compares them. A recorder that is none is a `TypeError`.
 *
 * @example
 * ```ts
 * expect.extend(eventMatchers);
 * expect(recorder).toHavePublished(OrderPlaced, { orderId: expect.stringMatching(/^o-/) });
 * expect(recorder).toHaveHandled(OrderPlaced, 'Receipts.send');
 * ```
 */
export const eventMatchers = {
  /** An event of the class or a subclass was published, with these fields. */
  toHavePublished(this: object, recorder: EventRecorder, eventClass: EventClass, fields?: object): Claim {
    return claimPublished(recorder, eventClass, fields, comparisonOf(this));
  },
  /** Events of these classes were published in this order, perhaps with others between them. */
  toHavePublishedInOrder(recorder: EventRecorder, eventClasses: readonly EventClass[]): Claim {
    return claimPublishedInOrder(recorder, eventClasses);
  },
  /** A handler was called with an event of the class and fulfilled. */
  toHaveHandled(recorder: EventRecorder, eventClass: EventClass, handler?: string): Claim {
    return claimHandled(recorder, eventClass, handler);
  },
};

/** What `expect` gives its matchers, of which these need the comparison. */
interface MatcherContext {
  equals(actual: unknown, expected: unknown, testers: readonly unknown[]): boolean;
  readonly customTesters?: readonly unknown[];
  readonly utils?: { readonly iterableEquality?: unknown; readonly subsetEquality?: unknown };
}

/** The framework's own comparison, with the testers that its user has added, where it has one. */
function comparisonOf(context: object): CompareFields {
  const { customTesters = [], utils, ...expect } = context as MatcherContext;
  if (!utils?.subsetEquality) return hasFields;
  const testers = [...customTesters, utils.iterableEquality, utils.subsetEquality];
  return (event, fields) => expect.equals(event, fields, testers);
}
