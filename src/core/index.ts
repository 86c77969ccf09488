/** The core: dispatching events by their class, inside one process. */
export type { CloseOptions } from './bus-lifecycle.js';
export type { DeliveryProgress, DispatchObserver, PlannedDispatch } from './dispatch-observer.js';
export {
  BusClosedError,
  CascadeError,
  CloseTimeoutError,
  HandlerTimeoutError,
  NoUnitOfWorkError,
  StreamOverflowError,
} from './errors.js';
export type { Deferral, Deferred } from './deferral.js';
export type { DeliveryOptions } from './delivery-options.js';
export { EventBus } from './event-bus.js';
export { eventBusChecks, type EventBusOptions } from './event-bus-options.js';
export {
  classNameOf,
  describe,
  type EventClass,
  type EventOf,
  isEvent,
  isEventClass,
  namedOnly,
  prototypeOf,
  textOf,
} from './event-class.js';
export type { StreamOverflow } from './event-stream.js';
export type { Explanation } from './explanation.js';
export { HandlerFailed, UnhandledEvent } from './handler-failed.js';
export { isThenable, subscribing } from './handler-function.js';
export type { EventHandler, Handler, HandlerContext, HandlerOptions, Mode, Phase, Signal } from './handler.js';
export { isSubscriber } from './mark.js';
export { On, type OnDecorator } from './on.js';
export { aFunction, checkOptions, type Checks, milliseconds, oneOf } from './option-checks.js';
export { type Delivery, PublishError, type PublishReport, type SkipReason } from './publish-report.js';
export type { PublishOptions } from './publish.js';
export { StoppableEvent } from './stoppable-event.js';
export type { Resolve, SubscriberMethod } from './subscriber-method.js';
export type { RegisterOptions } from './subscribers.js';
export { SubscriptionGroup } from './subscription-group.js';
export type { Subscription } from './subscription.js';
export { surface } from './uncaught.js';
export type { StreamOptions, WaitOptions } from './waiting.js';
