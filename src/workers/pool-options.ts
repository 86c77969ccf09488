import type { EventCatalog } from '../catalog/index.js';
import { aCount, checkOptions, type Checks, type EventBus, milliseconds, oneOf } from '../core/index.js';

/**
 * How a pool of workers serves its handlers.
 *
 * @example
 * ```ts
 * const options: PoolOptions = { catalog, bus, threads: 2, queue: 100, whenFull: 'fail' };
 * ```
 */
export interface PoolOptions {
  /** Has to know every event class that crosses, and how its events are written and read. */
  readonly catalog: EventCatalog;
  /** Where the events arrive that workers publish. */
  readonly bus: EventBus;
  /** How many deliveries run at once, each on a thread of its own. */
  readonly threads?: number | undefined;
  /** How many deliveries may be in line for a thread, their events written. Default 100. */
  readonly queue?: number | undefined;
  /** What becomes of a delivery when the queue is full: it waits for a place in it (the default), or fails. */
  readonly whenFull?: 'wait' | 'fail' | undefined;
  /** Milliseconds that a handler has to end by itself after `context.signal` has aborted. Default 1000. */
  readonly grace?: number | undefined;
}

/** The options, with all defaults filled in. */
export type CompletePoolOptions = { readonly [Name in keyof PoolOptions]-?: NonNullable<PoolOptions[Name]> };

const hasMethod = (method: string) => (value: unknown) =>
  typeof (value as Record<string, unknown> | null)?.[method] === 'function';

export const poolChecks: Checks<PoolOptions> = {
  catalog: ['an EventCatalog', hasMethod('write')],
  bus: ['an EventBus', hasMethod('publish')],
  threads: aCount,
  queue: ['a whole number, 0 or more', (value) => value === 0 || aCount[1](value)],
  whenFull: oneOf('wait', 'fail'),
  grace: milliseconds,
};

/** @throws TypeError for an option that is unknown, impossible or missing. */
export function completePoolOptions<Options extends PoolOptions>(
  options: Options,
  checks: Checks<Options>,
  threads: number,
): CompletePoolOptions {
  checkOptions(options, checks);
  const { catalog, bus } = options ?? {};
  if (!catalog || !bus) throw new TypeError("A pool needs the options 'catalog' and 'bus'.");
  return {
    catalog,
    bus,
    threads: options.threads ?? threads,
    queue: options.queue ?? 100,
    whenFull: options.whenFull ?? 'wait',
    grace: options.grace ?? 1000,
  };
}
