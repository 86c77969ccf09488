import type { OutboxOptions } from '../outbox/index.js';
import type { AsyncOptions } from './async-options.js';

/**
 * The options of an outbox, and what an application adds to them. The bus is the application's.
 *
 * @example
 * ```ts
 * OutboxModule.forRoot({ catalog, store: postgres(pool, { begin }), retention: 30 * 24 * 3_600_000 });
 * ```
 */
export interface OutboxModuleOptions extends Omit<OutboxOptions, 'bus'> {
  /**
   * Whether this process delivers, from the end of its start to the beginning of its shutdown. With false it only
   * publishes, and other processes deliver. Default true.
   */
  readonly relay?: boolean | undefined;
  /**
   * Whether the start brings the tables to this version: always, never, or with `development` unless `NODE_ENV` is
   * `production`. Default `development`.
   */
  readonly migrate?: 'development' | boolean | undefined;
  /**
   * Milliseconds that a shutdown waits for deliveries at work. Then their signals abort, and the next relay delivers
   * them again. Default 10 000.
   */
  readonly stopTimeout?: number | undefined;
}

/**
 * A provider of options, for `useClass` and `useExisting`.
 *
 * @example
 * ```ts
 * @Injectable()
 * class OutboxConfig implements OutboxOptionsFactory {
 *   constructor(private readonly dataSource: DataSource) {}
 *   createOutboxOptions(): OutboxModuleOptions {
 *     const begin = (run) => this.dataSource.transaction(run);
 *     return { catalog, store: postgres(pool, { begin }) };
 *   }
 * }
 * ```
 */
export interface OutboxOptionsFactory {
  /** Makes the options. Called once. */
  createOutboxOptions(): OutboxModuleOptions | Promise<OutboxModuleOptions>;
}

/**
 * Options that other providers have a say in: by `useFactory`, `useClass` or `useExisting`.
 *
 * @example
 * ```ts
 * OutboxModule.forRootAsync({
 *   imports: [DatabaseModule],
 *   inject: [Pool],
 *   useFactory: (pool: Pool) => ({ catalog, store: postgres(pool) }),
 * });
 * ```
 */
export interface OutboxModuleAsyncOptions extends AsyncOptions<OutboxModuleOptions, OutboxOptionsFactory> {}
