/**
 * Domain events in NestJS applications.
 *
 * @module
 */
export type { AsyncOptions } from './async-options.js';
export { EventBusModule } from './event-bus-module.js';
export type {
  EventBusModuleAsyncOptions,
  EventBusModuleOptions,
  EventBusOptionsFactory,
} from './event-bus-module-options.js';
export { EventRequest, runInRequest } from './event-request.js';
export { OutboxModule } from './outbox-module.js';
export type { OutboxModuleAsyncOptions, OutboxModuleOptions, OutboxOptionsFactory } from './outbox-module-options.js';
export { InUnitOfWork, UnitOfWork } from './unit-of-work.js';
