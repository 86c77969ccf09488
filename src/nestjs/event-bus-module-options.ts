import type { EventBusOptions } from '../core/index.js';
import type { AsyncOptions } from './async-options.js';

/**
 * The options of a bus, and what an application adds to them.
 *
 * @example
 * ```ts
 * EventBusModule.forRoot({ name: 'orders', closeTimeout: 20_000 });
 * ```
 */
export interface EventBusModuleOptions extends EventBusOptions {
  /** Gets a failure that no publisher awaits and no handler of `HandlerFailed` took. Default: Nest's logger. */
  readonly onError?: EventBusOptions['onError'];
  /**
   * Milliseconds that a shutdown waits for running handlers, before the server stops and again after it. What is
   * unfinished then is named in the log. Default 10 000.
   */
  readonly closeTimeout?: number | undefined;
  /** Whether the log of the start has a line for each handler, as it has for each route. Default true. */
  readonly logHandlers?: boolean | undefined;
}

/**
 * A provider of options, for `useClass` and `useExisting`.
 *
 * @example
 * ```ts
 * @Injectable()
 * class BusConfig implements EventBusOptionsFactory {
 *   createEventBusOptions(): EventBusModuleOptions {
 *     return { name: 'orders' };
 *   }
 * }
 * ```
 */
export interface EventBusOptionsFactory {
  /** Makes the options. Called once. */
  createEventBusOptions(): EventBusModuleOptions | Promise<EventBusModuleOptions>;
}

/**
 * Options that other providers have a say in: by `useFactory`, `useClass` or `useExisting`.
 *
 * @example
 * ```ts
 * EventBusModule.forRootAsync({
 *   imports: [ConfigModule],
 *   inject: [ConfigService],
 *   useFactory: (config: ConfigService) => ({ closeTimeout: config.get('CLOSE_TIMEOUT') }),
 * });
 * ```
 */
export interface EventBusModuleAsyncOptions extends AsyncOptions<EventBusModuleOptions, EventBusOptionsFactory> {}
