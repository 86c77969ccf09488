import type { HandlerFailed } from './handler-failed.js';

/** The options of a bus that concern dispatching. */
export interface DispatcherOptions {
  /** How deep events may lead to events on one stack before `CascadeError`. Default 100. */
  readonly maxDepth?: number | undefined;
  /**
   * What becomes of a publish whose event has handlers of a later phase, where no unit of work is open. `throw`: it is
   * refused with `NoUnitOfWorkError`. `immediate`: they run at once, but for those of `afterRollback`. Default `throw`.
   */
  readonly outsideUnitOfWork?: 'throw' | 'immediate' | undefined;
  /**
   * Gets a failure that no publisher awaits and no handler of `HandlerFailed` took. Default: it surfaces as uncaught.
   */
  readonly onError?: ((failure: HandlerFailed) => unknown) | undefined;
}
