/**
 * Handlers on Web Workers, for browsers: over a plain `MessagePort`, with no dependency.
 *
 * @module
 */
export { inWorker, type InWorkerOptions } from './in-worker.js';
export type { MainBus, SendOptions } from '../main-bus.js';
export type { PoolOptions } from '../pool-options.js';
export type { RemoteHandlerOptions } from '../remote-handler.js';
export { serve } from './serve.js';
export { RemotePublishError, WorkerEndedError, WorkerPoolClosedError, WorkerQueueFullError } from '../worker-errors.js';
export { type WorkerContext, workerHandler, type WorkerHandler } from '../worker-handler.js';
export type { WebWorker } from './web-worker.js';
export { WebWorkerPool, type WebWorkerPoolOptions } from './web-worker-pool.js';
