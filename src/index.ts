/**
 * Domain events, routed by their class. Everything of the core, by name.
 *
 * @module
 */
export {
  BusClosedError,
  CascadeError,
  CloseTimeoutError,
  EventBus,
  HandlerFailed,
  HandlerTimeoutError,
  NoUnitOfWorkError,
  On,
  PublishError,
  StoppableEvent,
  StreamOverflowError,
  UnhandledEvent,
} from './core/index.js';
export type {
  CloseOptions,
  Delivery,
  DeliveryOptions,
  DeliveryProgress,
  DispatchObserver,
  EventBusOptions,
  EventClass,
  EventHandler,
  EventOf,
  Explanation,
  Handler,
  HandlerContext,
  HandlerOptions,
  Mode,
  OnDecorator,
  Phase,
  PlannedDispatch,
  PublishOptions,
  PublishReport,
  RegisterOptions,
  Resolve,
  Signal,
  SkipReason,
  StreamOptions,
  StreamOverflow,
  Subscription,
  SubscriptionGroup,
  WaitOptions,
} from './core/index.js';
