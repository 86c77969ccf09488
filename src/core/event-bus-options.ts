import type { HandlerFailed } from './handler-failed.js';
import { aBoolean, aCount, aFunction, aText, type Checks, oneOf } from './option-checks.js';

/**
 * How a bus behaves.
 *
 * @example
 * ```ts
 * const bus = new EventBus({ name: 'orders', onError: ({ event, error }) => log.error(error, event) });
 * ```
 */
export interface EventBusOptions {
  /** In messages. Default `EventBus`. */
  readonly name?: string | undefined;
  /** Whether handlers of a base class get the events of its subclasses. Default true. */
  readonly inheritance?: boolean | undefined;
  /** How deep events may lead to events on one stack before `CascadeError`. Default 100. */
  readonly maxDepth?: number | undefined;
  /**
   * What becomes of a publish whose event has handlers of a later phase, where no unit of work is open. `throw`: it is refused
   * with `NoUnitOfWorkError`. `immediate`: they run at once, but for those of `afterRollback`. Default `throw`.
   */
  readonly outsideUnitOfWork?: 'throw' | 'immediate' | undefined;
  /** Gets a failure that no publisher awaits and no handler of `HandlerFailed` took. Default: it surfaces as uncaught. */
  readonly onError?: ((failure: HandlerFailed) => unknown) | undefined;
}

export const eventBusChecks: Checks<EventBusOptions> = {
  name: aText,
  inheritance: aBoolean,
  maxDepth: aCount,
  outsideUnitOfWork: oneOf('throw', 'immediate'),
  onError: aFunction,
};
