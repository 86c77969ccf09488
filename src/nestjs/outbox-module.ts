import { type DynamicModule, Logger, Module, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { aBoolean, checkOptions, EventBus, milliseconds } from '../core/index.js';
import { Outbox, OutboxError, type OutboxProblem } from '../outbox/index.js';
import type { OutboxModuleAsyncOptions, OutboxModuleOptions, OutboxOptionsFactory } from './outbox-module-options.js';
import { ApplicationRelay, RelayStop } from './application-relay.js';
import { optionProviders } from './async-options.js';
import { UnitOfWork, unitOfWorkOf } from './unit-of-work.js';

const moduleOptions = Symbol('class-events/nestjs/outbox-options');

/**
 * Gives the bus of an application an outbox. Every provider can inject `Outbox` and `UnitOfWork`, whose transactions
 * are begun by the `begin` of the store: `postgres(pool, { begin })`.
 *
 * The tables are there before the first provider is given the outbox. The relay starts when the application has started
 * (after every other `onApplicationBootstrap`), and stops before anything else of it does (before every other
 * `onModuleDestroy`), so handlers have their connections for as long as they run. A process that ends by a signal needs
 * `app.enableShutdownHooks()`. Problems go to Nest's logger.
 *
 * Import it once, beside `EventBusModule.forRoot()`.
 *
 * @throws when the application starts: TypeError for options that are missing, unknown or impossible; what `migrate`
 * and `start` of the outbox throw.
 * @example
 * ```ts
 * @Module({
 *   imports: [EventBusModule.forRoot(), OutboxModule.forRoot({ catalog, store: postgres(pool, { begin }) })],
 *   providers: [Checkout, Receipts],
 * })
 * class AppModule {}
 * ```
 */
export class OutboxModule {
  /**
   * The module with fixed options.
   * @example OutboxModule.forRoot({ catalog, store: postgres(pool, { begin }), relay: false });
   */
  static forRoot(options: OutboxModuleOptions): DynamicModule {
    return withOptions([{ provide: moduleOptions, useValue: options }]);
  }

  /**
   * The module with options that other providers have a say in.
   * @example
   * ```ts
   * const useFactory = (pool: Pool) => ({ catalog, store: postgres(pool, { begin }) });
   * OutboxModule.forRootAsync({ inject: [Pool], useFactory });
   * ```
   */
  static forRootAsync(options: OutboxModuleAsyncOptions): DynamicModule {
    const providers = optionProviders('OutboxModule', moduleOptions, options, (factory: OutboxOptionsFactory) =>
      factory.createOutboxOptions(),
    );
    return { ...withOptions(providers), imports: [RelayModule, ...(options.imports ?? [])] };
  }
}

/** Its hooks run after those of all other modules at the start, and before them at the end. */
class RelayModule {}

// Nest's decorators as functions: these sources compile in the standard dialect, which Nest's own do not know.
Module({})(OutboxModule);
Module({
  providers: [
    {
      provide: ApplicationRelay,
      inject: [Outbox, moduleOptions, ModulesContainer],
      useFactory: (outbox: Outbox, { relay, stopTimeout }: OutboxModuleOptions, modules: ModulesContainer) => {
        // Nest sorts modules by distance for its hooks: the greatest first at the start, and last at the end.
        for (const module of modules.values()) if (module.metatype === RelayModule) module.distance = -Infinity;
        return new ApplicationRelay(outbox, new Logger('Outbox'), { relay, stopTimeout });
      },
    },
  ],
  exports: [ApplicationRelay],
})(RelayModule);

function withOptions(optionsProviders: readonly Provider[]): DynamicModule {
  const outbox: Provider = { provide: Outbox, inject: [EventBus, moduleOptions], useFactory: outboxOf };
  const unitOfWork: Provider = {
    provide: UnitOfWork,
    inject: [EventBus, moduleOptions],
    useFactory: (bus: EventBus, { store }: OutboxModuleOptions) => {
      if (store.applicationBegin) return unitOfWorkOf(bus, store.applicationBegin);
      throw new TypeError(
        'OutboxModule has no function that begins transactions. Give it to the store: postgres(pool, { begin: (run) => dataSource.transaction(run) }).',
      );
    },
  };
  return {
    module: OutboxModule,
    global: true,
    imports: [RelayModule],
    providers: [...optionsProviders, outbox, unitOfWork, RelayStop],
    exports: [Outbox, UnitOfWork, moduleOptions],
  };
}

/** Makes the outbox, and the tables before anybody is given it. */
async function outboxOf(bus: EventBus, options: OutboxModuleOptions): Promise<Outbox> {
  const { relay, migrate = 'development', stopTimeout, ...outboxOptions } = options;
  checkOptions(
    { relay, migrate, stopTimeout },
    {
      relay: aBoolean,
      migrate: ["true, false or 'development'", (value) => typeof value === 'boolean' || value === 'development'],
      stopTimeout: milliseconds,
    },
  );
  const onProblem = options.onProblem ?? logProblem(new Logger('Outbox'));
  const outbox = new Outbox({ ...outboxOptions, bus, onProblem });
  const migrates = migrate === 'development' ? process.env['NODE_ENV'] !== 'production' : migrate;
  if (migrates) await outbox.migrate();
  // A relay looks when it starts. Otherwise the first publish would fail, in production.
  else if (relay === false) await assertMigrated(outbox);
  return outbox;
}

async function assertMigrated(outbox: Outbox): Promise<void> {
  const { missing } = await outbox.store.schemaSteps();
  if (missing.length === 0) return;
  throw new OutboxError(
    `The tables lack the step '${missing[0]}', so nothing could be published. Take it before the start: run class-events outbox migrate, or give OutboxModule migrate: true.`,
  );
}

const logProblem = (logger: Logger) => (problem: OutboxProblem) =>
  problem.kind === 'dead letter' ? logger.error(problem.message) : logger.warn(problem.message);
