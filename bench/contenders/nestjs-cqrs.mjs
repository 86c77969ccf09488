import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CqrsModule, EventBus, EventsHandler } from '@nestjs/cqrs';

export default {
  name: '@nestjs/cqrs',
  keys: 'class',
  isolates: true,
  failures: 'every one reported',
  report: 'none',
  verbs: { publish: 'leaves promises' },
  // Handlers are declared, and found when the application starts.
  declared: true,
  bundle: {
    entry: '@nestjs/cqrs',
    imports: 'CqrsModule, EventBus, EventsHandler',
    platform: 'node',
    dependencies: ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'],
  },
  routes: 'exact class',
  create() {
    const handlers = [];
    let bus;
    return {
      keyOf: (eventClass) => eventClass,
      subscribe: (eventClass, handler) => handlers.push(handlerClass(eventClass, handler)),
      async start() {
        const module = { module: class Shop {}, imports: [CqrsModule.forRoot()] };
        const options = { logger: false };
        const app = await NestFactory.createApplicationContext({ ...module, providers: handlers }, options);
        await app.init();
        bus = app.get(EventBus);
      },
      publish: (_, event) => bus.publish(event),
    };
  },
};

/** `@EventsHandler(eventClass)` above a provider; the handler itself is its `handle` method. */
function handlerClass(eventClass, handler) {
  class EventHandler {}
  Object.defineProperty(EventHandler.prototype, 'handle', { value: handler });
  EventsHandler(eventClass)(EventHandler);
  return EventHandler;
}
