// One small application, compiled and booted on Nest 11 by ../on-11.integration.test.ts, on Nest 12 by ./run.mjs, and on Nest 10 by
// ../../package/nestjs.integration.test.ts.
import { Body, Controller, Get, Inject, Injectable, type LoggerService, Module, Post, Scope } from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import { EventBus, On } from 'class-events';
import { EventBusModule, EventRequest, runInRequest } from 'class-events/nestjs';

class Started {}
class OrderPlaced {
  constructor(readonly orderId: string) {}
}

@Injectable()
class Journal {
  readonly lines: string[] = [];

  @On(Started)
  started(): void {
    this.lines.push('started');
  }

  // The class is taken from the parameter's type.
  @On()
  async placed(event: OrderPlaced): Promise<void> {
    this.lines.push(`${event.orderId} placed`);
  }
}

/** Publishes when it is built, which is before the journal is subscribed. */
@Injectable()
class Clock {
  constructor(@Inject(EventBus) bus: EventBus) {
    bus.emit(new Started());
  }
}

@Injectable({ scope: Scope.REQUEST })
class Receipts {
  constructor(
    @Inject(REQUEST) private readonly request: EventRequest | { readonly headers: Record<string, string> },
    @Inject(Journal) private readonly journal: Journal,
  ) {}

  @On(OrderPlaced)
  send(event: OrderPlaced): void {
    const { request } = this;
    const who = request instanceof EventRequest ? 'nobody' : String(request.headers['x-user']);
    this.journal.lines.push(`receipt for ${event.orderId} to ${who}`);
  }
}

@Injectable()
class Stock {
  @On(OrderPlaced, { filter: ({ orderId }) => orderId === 'o-13' })
  reserve(): void {
    throw new Error('nothing left');
  }
}

@Controller('orders')
class Orders {
  constructor(
    @Inject(EventBus) private readonly bus: EventBus,
    @Inject(Journal) private readonly journal: Journal,
  ) {}

  @Post()
  async place(@Body('id') id: string): Promise<string> {
    await this.bus.publish(new OrderPlaced(id));
    return 'thanks';
  }

  @Post('later')
  placeLater(@Body('id') id: string): void {
    this.bus.emit(new OrderPlaced(id));
  }

  @Get()
  lines(): string[] {
    return this.journal.lines;
  }
}

@Module({ imports: [EventBusModule], providers: [Journal], exports: [Journal] })
class JournalModule {}

@Module({
  imports: [EventBusModule.forRootAsync({ useFactory: () => ({ name: 'orders' }) }), JournalModule],
  providers: [Clock, Receipts, Stock, { provide: 'alias', useExisting: Stock }],
  controllers: [Orders],
})
class AppModule {}

/** A statement about the application, what was seen, and what had to be seen. */
export type Check = readonly [statement: string, seen: unknown, expected: unknown];

/** Starts the application, talks to it over HTTP and closes it. */
export async function checkApplication(): Promise<Check[]> {
  const errors: string[] = [];
  const logger: LoggerService = { log() {}, warn() {}, error: (message: unknown) => void errors.push(String(message)) };
  const app = await NestFactory.create(AppModule, { logger, abortOnError: false });
  app.use((request: object, _response: unknown, next: () => void) => runInRequest(request, next));
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/orders`;
  const post = async (path: string, id: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', 'x-user': 'ann' };
    return (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify({ id }) })).status;
  };
  const lines = async (): Promise<unknown> => (await fetch(url)).json();

  const before = await lines();
  const placed = await post('', 'o-1');
  const after = await lines();
  const refused = await post('', 'o-13');
  const unlogged = [...errors]; // one line, by Nest: the request that failed
  const emitted = await post('/later', 'o-13');
  const bus = app.get(EventBus);
  await bus.idle();
  await app.close();
  const late = await bus.publish(new Started()).catch((error: Error) => error.name);
  return [
    ['an event of a constructor is not lost', before, ['started']],
    ['handlers have run when the request is answered', placed, 201],
    [
      'a provider and a request-scoped provider get the event, with the request',
      after,
      ['started', 'o-1 placed', 'receipt for o-1 to ann'],
    ],
    ['a failing handler fails the request that awaits it', [refused, unlogged.slice(1)], [500, []]],
    ['an emit is answered before its handlers fail', emitted, 201],
    [
      'and the log names handler and event',
      errors.slice(1),
      ['Stock.reserve failed for OrderPlaced: Error: nothing left'],
    ],
    ['the bus is closed with the application', late, 'BusClosedError'],
  ];
}
