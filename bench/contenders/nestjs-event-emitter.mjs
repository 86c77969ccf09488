import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';

export default {
  name: '@nestjs/event-emitter',
  keys: 'string',
  isolates: true,
  failures: 'logged',
  report: 'none',
  verbs: { emit: 'leaves promises', emitAsync: 'yes' },
  // Handlers are declared, and found when the application starts.
  declared: true,
  bundle: {
    entry: '@nestjs/event-emitter',
    imports: 'EventEmitterModule, OnEvent',
    platform: 'node',
    dependencies: ['@nestjs/common', '@nestjs/core', 'eventemitter2', 'reflect-metadata', 'rxjs'],
  },
  create() {
    const listeners = [];
    let emitter;
    return {
      keyOf: ({ name }) => name,
      subscribe: (name, handler) => listeners.push(listenerClass(name, handler)),
      async start() {
        const module = { module: class Shop {}, imports: [EventEmitterModule.forRoot({ maxListeners: 0 })] };
        const options = { logger: false };
        const app = await NestFactory.createApplicationContext({ ...module, providers: listeners }, options);
        emitter = app.get(EventEmitter2);
      },
      emit: (name, event) => emitter.emit(name, event),
      emitAsync: (name, event) => emitter.emitAsync(name, event),
    };
  },
};

/** `@OnEvent(name)` on a method of a provider; the handler itself is the method. */
function listenerClass(name, handler) {
  class Listener {}
  Object.defineProperty(Listener.prototype, 'handle', { value: handler, configurable: true, writable: true });
  OnEvent(name)(Listener.prototype, 'handle', Object.getOwnPropertyDescriptor(Listener.prototype, 'handle'));
  return Listener;
}
