/** The core: dispatching events by their class, inside one process. */
export type { CloseOptions } from './bus-lifecycle.js';
export type { DeliveryProgress, DispatchObserver, PlannedDispatch } from './dispatching/dispatch-observer.js';
export {
  BusClosedError,
  CascadeError,
  CloseTimeoutError,
  HandlerTimeoutError,
  NoUnitOfWorkError,
  StreamOverflowError,
} from './errors.js';
export type { Deferral, Deferred } from './dispatching/deferral.js';
export { noOutbox } from './dispatching/lost-deliveries.js';
export { replayMark } from './subscribing/durable-handler.js';
export { type DeliveryOptions, handlerOptions } from './subscribing/handler-options.js';
export { escapeControl, escapeLines } from './escape-control.js';
export { EventBus } from './event-bus.js';
export { eventBusChecks, type EventBusOptions } from './event-bus-options.js';
export {
  classNameOf,
  describe,
  type EventClass,
  type EventOf,
  isEvent,
  isEventClass,
  isRoutedTo,
  nameOf,
  hiddenFromCatchAll,
  prototypeOf,
  textOf,
} from './event-class.js';
export type { StreamOverflow } from './streaming/event-stream.js';
export type { Explanation } from './dispatching/explanation.js';
export { attemptText, type FailedAttempt, HandlerFailed, UnhandledEvent } from './dispatching/handler-failed.js';
export { lastResort } from './dispatching/last-resort.js';
export { isInstance } from './instance.js';
export { prepareSubscription } from './subscribing/handler-function.js';
export type {
  ContextOf,
  DurableContext,
  EventHandler,
  Handler,
  HandlerContext,
  HandlerOptions,
  InferredOptions,
  KeptEvent,
  Mode,
  Phase,
  Signal,
  UnitOfWorkContext,
} from './subscribing/handler.js';
export { hideFromLogs } from './log-view.js';
export { isSubscriber } from './subscribing/mark.js';
export { On, type OnDecorator } from './subscribing/on.js';
export {
  aBoolean,
  aCount,
  aFunction,
  aStoredName,
  aText,
  checkOptions,
  type Checks,
  milliseconds,
  oneOf,
} from './option-checks.js';
export {
  type Delivery,
  deliveryName,
  errorsOf,
  failureMessage,
  PublishError,
  type PublishReport,
} from './dispatching/publish-report.js';
export { type SkipReason } from './outcome.js';
export type { PublishOptions } from './dispatching/publish.js';
export { StoppableEvent } from './dispatching/stoppable-event.js';
export type { Resolve, SubscriberMethod } from './subscribing/subscriber-method.js';
export type { RegisterOptions } from './subscribing/subscribers.js';
export { SubscriptionGroup } from './subscribing/subscription-group.js';
export type { Subscription } from './subscribing/subscription.js';
export { settledWithin, type Timers, unrefTimers, withTimeout } from './time-limit.js';
export { isThenable } from './thenable.js';
export { reportUncaught } from './uncaught.js';
export type { StreamOptions, WaitOptions } from './streaming/wait-for.js';
