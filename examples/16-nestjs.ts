import { type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventBus, On } from 'class-events';
import { EventBusModule } from 'class-events/nestjs';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

class Receipts {
  @On(OrderPlaced)
  async send(event: OrderPlaced): Promise<void> {
    console.log(`receipt sent for ${event.orderId}`);
  }
}

class Stock {
  @On(OrderPlaced)
  reserve(event: OrderPlaced): void {
    if (event.orderId === 'o-2') throw new Error('nothing left');
    console.log(`stock reserved for ${event.orderId}`);
  }
}

class OrderService {
  constructor(private readonly bus: EventBus) {}

  async place(orderId: string): Promise<void> {
    await this.bus.publish(new OrderPlaced(orderId)); // rejects when a handler fails
  }
}

// These examples use standard decorators. In the dialect of Nest, OrderService is @Injectable() and needs no factory.
const orderService = {
  provide: OrderService,
  inject: [EventBus],
  useFactory: (bus: EventBus) => new OrderService(bus),
};

@Module({ imports: [EventBusModule.forRoot()], providers: [Receipts, Stock, orderService] })
class AppModule {}

const logger: LoggerService = { log() {}, warn() {}, error: (message) => console.log(`log: ${message}`) };
const app = await NestFactory.createApplicationContext(AppModule, { logger });
const orders = app.get(OrderService); // everybody is subscribed
await orders.place('o-1');
await orders.place('o-2').catch((error: Error) => console.log(`the publisher is told: ${error.name}`));
app.get(EventBus).emit(new OrderPlaced('o-2')); // nobody waits, so the log is told
await app.close(); // waits for handlers that run, then closes the bus

// prints:
// stock reserved for o-1
// receipt sent for o-1
// receipt sent for o-2
// the publisher is told: PublishError
// log: Stock.reserve failed for OrderPlaced: Error: nothing left
// receipt sent for o-2
