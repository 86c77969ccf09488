import type { DispatcherOptions } from './dispatching/dispatcher-options.js';
import { aBoolean, aCount, aFunction, aText, type Checks, oneOf } from './option-checks.js';

/**
 * How a bus behaves.
 *
 * @example
 * ```ts
 * const bus = new EventBus({ name: 'orders', onError: ({ event, error }) => log.error(error, event) });
 * ```
 */
export interface EventBusOptions extends DispatcherOptions {
  /** In messages. Default `EventBus`. */
  readonly name?: string | undefined;
  /** Whether handlers of a base class get the events of its subclasses. Default true. */
  readonly inheritance?: boolean | undefined;
}

export const eventBusChecks: Checks<EventBusOptions> = {
  name: aText,
  inheritance: aBoolean,
  maxDepth: aCount,
  outsideUnitOfWork: oneOf('throw', 'immediate'),
  onError: aFunction,
};
