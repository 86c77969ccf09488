/**
 * Handlers on worker threads, for Node and Bun: on piscina.
 *
 * @module
 */
export { inWorker, type InWorkerOptions } from './in-worker.js';
export type { MainBus, SendOptions } from './main-bus.js';
export type { PoolOptions } from './pool-options.js';
export type { RemoteHandlerOptions } from './remote-handler.js';
export { RemotePublishError, WorkerEndedError, WorkerPoolClosedError, WorkerQueueFullError } from './worker-errors.js';
export { type WorkerContext, workerHandler, type WorkerHandler } from './worker-handler.js';
export { WorkerPool, type WorkerPoolOptions } from './worker-pool.js';
