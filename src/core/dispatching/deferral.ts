import type { PublishReport } from './publish-report.js';
import type { Subscription } from '../subscribing/subscription.js';

/** A module that takes over deliveries of a later phase, or durable ones: a unit of work, an outbox (docs/adr/0011). */
export interface Deferral {
  /** Whether it takes over durable deliveries, at least in a unit of work: it is an outbox. Default false. */
  readonly keepsDurable?: boolean;
  /**
   * Returns whether it would take over a delivery for this subscription now.
   *
   * @throws where it should, and the delivery would be lost.
   */
  accepts(subscription: Subscription): boolean;
  /**
   * Takes over deliveries of one event, before the other handlers of the event run. It may return a promise: the
   * deliveries count as deferred when it resolves and as rejected when it rejects.
   */
  accept(deferred: Deferred): void | PromiseLike<unknown>;
}

/** The deliveries of one event that a module takes over. */
export interface Deferred {
  /** The dispatch that the deliveries were taken from. */
  readonly first: DispatchView;
  /** Whose deliveries they are, in plan order. */
  readonly steps: readonly Subscription[];
  /** Runs some of the steps. If `awaited`, their failures go to the caller alone, otherwise as those of an `emit`. */
  run(steps: readonly Subscription[], awaited: boolean): DispatchView;
}

/** A dispatch as modules see it. */
export interface DispatchView {
  readonly event: object;
  /** Returns whether this target was called, by any of its subscriptions. */
  ran(target: object): boolean;
  /** Resolves when all deliveries have settled. */
  whenSettled(): Promise<void>;
  /** Returns the report on the deliveries: complete when all have settled. */
  report(): PublishReport;
}
