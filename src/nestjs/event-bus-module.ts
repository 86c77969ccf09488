import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { EventBus, type EventBusOptions } from '../core/index.js';
import { ApplicationEventBus } from './application-event-bus.js';
import { optionProviders } from './async-options.js';
import type {
  EventBusModuleAsyncOptions,
  EventBusModuleOptions,
  EventBusOptionsFactory,
} from './event-bus-module-options.js';

const moduleOptions = Symbol('class-events/nestjs/options');

/**
 * Gives an application one `EventBus`, which every provider can inject, and subscribes the `@On` methods of all
 * providers and controllers: each object once, before any `onModuleInit` is called. What constructors publish waits
 * until then. Failures that no publisher awaits go to Nest's logger. The bus closes with the application.
 *
 * Import it once, in the root module. Guards, pipes, interceptors and filters do not apply to handlers.
 *
 * @throws Error when the application starts and `forRoot` was imported twice; TypeError for options or
 * `@On` methods that cannot work.
 *
 * @example
 * ```ts
 * @Module({ imports: [EventBusModule.forRoot()], providers: [OrderService, Receipts] })
 * class AppModule {}
 * ```
 */
export class EventBusModule {
  /**
   * The module with fixed options.
   * @example EventBusModule.forRoot({ name: 'orders' });
   */
  static forRoot(options: EventBusModuleOptions = {}): DynamicModule {
    return withOptions([{ provide: moduleOptions, useValue: options }]);
  }

  /**
   * The module with options that other providers have a say in.
   * @example EventBusModule.forRootAsync({ inject: [Config], useFactory: ({ name }: Config) => ({ name }) });
   */
  static forRootAsync(options: EventBusModuleAsyncOptions): DynamicModule {
    const providers = optionProviders('EventBusModule', moduleOptions, options, (factory: EventBusOptionsFactory) =>
      factory.createEventBusOptions(),
    );
    return { ...withOptions(providers), imports: options.imports ?? [] };
  }
}
// Nest's decorators as functions: these sources compile in the standard dialect, which Nest's own do not know.
Module({})(EventBusModule);

function withOptions(optionsProviders: readonly Provider[]): DynamicModule {
  const bus: Provider = {
    provide: EventBus,
    inject: [moduleOptions, ModulesContainer],
    useFactory: (options: EventBusModuleOptions, modules: ModulesContainer) => {
      // Nest sorts modules by distance for its hooks. Global ones share the greatest, so a global module that
      // was imported earlier would have its `onModuleInit` called before the providers are subscribed, and
      // wait for ever for a publish.
      busModuleIn(modules).distance = Infinity;
      return new ApplicationEventBus(options, modules);
    },
  };
  return { module: EventBusModule, global: true, providers: [...optionsProviders, bus], exports: [EventBus] };
}

/** Returns the options of the application's bus, as far as they are known without building anything. */
export function busOptionsIn(modules: ModulesContainer): EventBusOptions {
  const [options] = [...modules.values()].flatMap(({ providers }) => providers.get(moduleOptions) ?? []);
  const { name, inheritance } = (options?.instance ?? {}) as EventBusOptions;
  return { name, inheritance };
}

/** Returns the module that `forRoot` has made in this application. */
function busModuleIn(modules: ModulesContainer) {
  const [busModule, ...duplicates] = [...modules.values()].filter(({ providers }) => providers.has(moduleOptions));
  if (busModule && duplicates.length === 0) return busModule;
  throw new Error(
    `EventBusModule.forRoot is imported ${duplicates.length + 1} times, and each would make a bus of its own. Import it once, in the root module: EventBus can be injected everywhere.`,
  );
}
