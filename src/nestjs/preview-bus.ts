import type { DynamicModule } from '@nestjs/common';
import { type ModulesContainer, NestFactory } from '@nestjs/core';
import { EventBus, isEventClass, isSubscriber } from '../core/index.js';
import { busOptionsIn } from './event-bus-module.js';
import { registerProviders, wrappersIn } from './provider-subscribers.js';

/**
 * Returns a bus with the subscriptions that an application of this module would have by `@On`. Nest makes its graph of
 * modules alone: no provider is built, no factory and no hook is called, so that nothing connects to a database.
 *
 * @throws what Nest throws for a module that it cannot read, and what `register` throws.
 */
export async function previewBus(module: object): Promise<EventBus> {
  const context = await NestFactory.createApplicationContext(module as DynamicModule, {
    preview: true,
    abortOnError: false,
    logger: false,
  });
  // The public ways to the providers are closed in a preview.
  const { container } = context as unknown as { container: { getModules(): ModulesContainer } };
  const modules = container.getModules();
  const bus = new EventBus(busOptionsIn(modules));
  // In place of an instance Nest has an object with the prototype of the class, which has all that is asked for.
  registerProviders(bus, modules);
  for (const { instance, token } of wrappersIn(modules)) {
    // What a factory would have made. Its token is the class, as far as can be known.
    if (instance || !isEventClass(token)) continue;
    const made = Object.create(token.prototype) as object;
    if (isSubscriber(made)) bus.register(made);
  }
  return bus;
}
