// A handler fails and nobody waits for it. The argument says whose handler.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule, EventBus as CqrsEventBus, EventsHandler } from '@nestjs/cqrs';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { EventBus, On } from 'class-events';
import { EventBusModule } from 'class-events/nestjs';

class OrderPlaced {}

@EventsHandler(OrderPlaced)
class Charging {
  @OnEvent('order.placed', { suppressErrors: false })
  @On(OrderPlaced)
  handle(): void {
    throw new Error('card refused');
  }
}

const rethrow = ({ error }: { readonly error: unknown }): never => {
  throw error;
};
const bus = EventBusModule.forRoot(process.argv[2] === 'class-events, rethrown' ? { onError: rethrow } : {});

@Module({
  imports: [EventEmitterModule.forRoot(), CqrsModule.forRoot({ rethrowUnhandled: true }), bus],
  providers: [Charging],
})
class AppModule {}

const emits: Record<string, (app: { get<T>(token: new (...given: never) => T): T }) => unknown> = {
  '@nestjs/event-emitter': (app) => app.get(EventEmitter2).emit('order.placed'),
  '@nestjs/cqrs': (app) => app.get(CqrsEventBus).publish(new OrderPlaced()),
  'class-events': (app) => app.get(EventBus).emit(new OrderPlaced()),
  'class-events, rethrown': (app) => app.get(EventBus).emit(new OrderPlaced()),
};

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
  await emits[process.argv[2] ?? '']?.(app);
}
void main();
