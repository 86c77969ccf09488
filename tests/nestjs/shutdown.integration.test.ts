import { Controller, Inject, Post } from '@nestjs/common';
import { BusClosedError, EventBus, On } from 'class-events';
import { Deferred } from '../support/deferred.js';
import { OrderPlaced, OrderShipped } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { rejectionOf } from '../support/rejection.js';
import { boot, closeAll, create, listen } from './application.js';
import { runChild } from './child.js';

const story = new Recorder();
let work: Deferred;
beforeEach(() => {
  story.take();
  work = new Deferred();
});
afterEach(closeAll);

class Slow {
  @On(OrderPlaced)
  async react(): Promise<void> {
    story.note('begun');
    await work.promise;
    story.note('done');
  }
}

/** Stands for a module that closes its connections where most do. */
class Database {
  onApplicationShutdown(): void {
    story.note('database closed');
  }
}

describe('closing an application', () => {
  it('waits for the handlers that run, before the hooks in which databases are closed', async () => {
    const { app, bus, log } = await boot({ providers: [Slow, Database] });
    bus.emit(new OrderPlaced());
    // Later than anything that does not wait for it.
    setImmediate(() => work.resolve());
    await app.close();
    expect(story.lines).toEqual(['begun', 'done', 'database closed']);
    expect(log.lines).toEqual([]);
  });

  it('closes the bus', async () => {
    const { app, bus } = await boot({ providers: [Slow] });
    await app.close();
    expect(await rejectionOf(bus.publish(new OrderPlaced()))).toBeInstanceOf(BusClosedError);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('lets the requests that the server still answers publish', async () => {
    const [entered, answer] = [new Deferred(), new Deferred()];
    @Controller()
    class Orders {
      constructor(@Inject(EventBus) private readonly bus: EventBus) {}
      @Post()
      async place(): Promise<string> {
        entered.resolve();
        await answer.promise;
        await this.bus.publish(new OrderShipped());
        return 'thanks';
      }
    }
    /** Its hook runs after those that wait for handlers, and before the server stops. */
    class Late {
      @On(OrderShipped)
      shipped(): void {
        story.note('shipped');
      }
      beforeApplicationShutdown(): void {
        setImmediate(() => answer.resolve());
      }
    }
    const { app } = await create({ controllers: [Orders], providers: [Late] });
    const response = fetch(await listen(app), { method: 'POST', headers: { connection: 'close' } });
    await entered.promise;
    await app.close();
    expect(await (await response).text()).toBe('thanks');
    expect(story.lines).toEqual(['shipped']);
  });

  it('ends after closeTimeout all the same, and the log names event and handler', async () => {
    const { app, bus, log } = await boot({ providers: [Slow] }, { closeTimeout: 20, name: 'orders' });
    bus.emit(new OrderPlaced());
    await app.close();
    expect(log.lines).toEqual([
      'error [orders] orders was closed after 20 ms with unfinished deliveries: OrderPlaced → Slow.react.',
    ]);
    work.resolve();
  });

  it('harms nothing when the bus was closed before', async () => {
    const { app, bus, log } = await boot({ providers: [Slow] });
    await bus.close();
    await app.close();
    expect(log.lines).toEqual([]);
  });

  it('an application that is closed by a signal waits for the handlers too', async () => {
    const { stdout, signal } = await runChild('ends-by-signal.ts');
    expect(stdout).toBe('receipt sent\nends by SIGTERM\n');
    expect(signal).toBe('SIGTERM');
  });
});
