import type { HandlerFailed } from './handler-failed.js';

/** The options of a bus that concern dispatching. */
export interface DispatcherOptions {
  /** How deep events may lead to events on one stack before `CascadeError`. Default 100. */
  readonly maxDepth?: number | undefined;
  /**
   * The rule for an event that has handlers of a later phase, if no unit of work is open. `throw`: the publish is
   * refused with `NoUnitOfWorkError`. `immediate`: the handlers run at once, except those of `afterRollback`. Default
   * `throw`.
   */
  readonly outsideUnitOfWork?: 'throw' | 'immediate' | undefined;
  /**
   * Gets a failure that no publisher awaits and no handler of `HandlerFailed` took. Default: it surfaces as uncaught.
   */
  readonly onError?: ((failure: HandlerFailed) => unknown) | undefined;
}
