/**
 * Domain events in NestJS applications.
 *
 * @module
 */
export { EventBusModule } from './event-bus-module.js';
export type { EventBusModuleAsyncOptions, EventBusModuleOptions } from './event-bus-module-options.js';
export { EventRequest, runInRequest } from './event-request.js';
