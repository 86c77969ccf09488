import type { FactoryProvider, ModuleMetadata, Provider, Type } from '@nestjs/common';

/**
 * Options of a module that other providers have a say in: by one of `useFactory`, `useClass` and `useExisting`.
 *
 * @typeParam Options The options of the module.
 * @typeParam OptionsFactory What a provider of options is.
 */
export interface AsyncOptions<Options, OptionsFactory>
  extends Pick<ModuleMetadata, 'imports'>, Pick<FactoryProvider<Options>, 'inject'> {
  /** Makes the options of what is injected. */
  readonly useFactory?: FactoryProvider<Options>['useFactory'];
  /** A class of the module's own that makes the options. */
  readonly useClass?: Type<OptionsFactory>;
  /** A provider of an imported module that makes the options. */
  readonly useExisting?: Type<OptionsFactory>;
}

/**
 * Returns the providers of a module's options.
 *
 * @throws TypeError if they come from nowhere, or from two places.
 */
export function optionProviders<Options, OptionsFactory>(
  owner: string,
  token: symbol,
  { inject = [], useFactory, useClass, useExisting }: AsyncOptions<Options, OptionsFactory>,
  optionsOf: (factory: OptionsFactory) => Options | Promise<Options>,
): Provider[] {
  const sources = [useFactory, useClass, useExisting].filter(Boolean);
  if (sources.length !== 1) {
    throw new TypeError(
      `${owner}.forRootAsync takes one of useFactory, useClass and useExisting, not ${sources.length}.`,
    );
  }
  if (useFactory) return [{ provide: token, inject, useFactory }];
  const options = { provide: token, inject: [(useClass ?? useExisting)!], useFactory: optionsOf };
  return useClass ? [{ provide: useClass, useClass }, options] : [options];
}
