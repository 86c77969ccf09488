// An application that gets SIGTERM from itself while a handler runs.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventBus, On } from 'class-events';
import { EventBusModule } from 'class-events/nestjs';

class OrderPlaced {}

class Receipts {
  @On(OrderPlaced)
  async send(): Promise<void> {
    process.kill(process.pid, 'SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.stdout.write('receipt sent\n');
  }
}

@Module({ imports: [EventBusModule.forRoot()], providers: [Receipts] })
class AppModule {
  onApplicationShutdown(signal: string): void {
    process.stdout.write(`ends by ${signal}\n`);
  }
}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: false });
  app.enableShutdownHooks();
  await app.listen(0);
  app.get(EventBus).emit(new OrderPlaced());
}
void main();
