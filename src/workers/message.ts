import type { KeptEvent } from '../core/index.js';
import type { Port } from './port.js';
import type { ThrownData } from './thrown-data.js';

/** An event as it crosses: what the catalog wrote of it, but for its key, which has no meaning between threads. */
export interface EventData {
  readonly name: string;
  readonly version: number;
  readonly data: unknown;
}

/** What a thread is given to do: one delivery. */
export interface Task {
  readonly event: EventData;
  /** What a durable delivery adds to its handler's context. */
  readonly context: {
    readonly id?: string | undefined;
    readonly attempt?: number | undefined;
    readonly event?: KeptEvent | undefined;
  };
  /** All messages of the delivery go through this port, so they keep their order among themselves. */
  readonly port: Port;
}

/** From the main thread to the worker. */
export type ToWorker =
  | { readonly type: 'abort'; readonly reason: ThrownData }
  | { readonly type: 'settled'; readonly id: number; readonly failures: readonly ThrownData[] };

/** From the worker to the main thread. The last two end the delivery. */
export type ToMain =
  | { readonly type: 'started' }
  | { readonly type: 'published'; readonly id: number; readonly event: EventData }
  | { readonly type: 'emitted'; readonly event: EventData }
  | { readonly type: 'fulfilled' }
  | { readonly type: 'rejected'; readonly reason: ThrownData };

/** What a thread answers after a delivery. Any other answer comes from a module without a `workerHandler`. */
export const answerAfterDelivery = 'class-events/served';
