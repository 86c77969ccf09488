import { Controller, Inject, Post } from '@nestjs/common';
import { EventBus, HandlerFailed, On } from 'class-events';
import { afterMicrotasks } from '../support/deferred.js';
import { OrderPlaced } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf } from '../support/rejection.js';
import { boot, closeAll, create, listen } from './application.js';
import { runChild } from './child.js';

const story = new Recorder();
beforeEach(() => void story.take());
afterEach(closeAll);

const failure = new Error('card refused', { cause: new Error('expired in May') });

class Charging {
  @On(OrderPlaced)
  charge(): void {
    throw failure;
  }
}
class ChargingLater {
  @On(OrderPlaced)
  async charge(): Promise<void> {
    await afterMicrotasks();
    throw failure;
  }
}
class Receipts {
  @On(OrderPlaced)
  send(): void {
    story.note('receipt');
  }
}

describe.each([
  ['throws', Charging],
  ['rejects later', ChargingLater],
])('a handler that %s', (_, Failing) => {
  // nestjs/nest#15146, nestjs/event-emitter#934, nestjs/cqrs#134, #156
  it('rejects the promise of the publisher with its own error', async () => {
    const { bus, log } = await boot({ providers: [Failing, Receipts] });
    const error = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(error.errors).toEqual([failure]);
    expect(error.errors[0]).toBe(failure);
    expect(log.lines).toEqual([]);
  });

  it('stops no other handler', async () => {
    const { bus } = await boot({ providers: [Failing, Receipts] });
    await bus.publishSettled(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
  });

  // nestjs/cqrs#1485, #1431
  it('is called again for the next event', async () => {
    const { bus } = await boot({ providers: [Failing] });
    const first = await bus.publishSettled(new OrderPlaced());
    const second = await bus.publishSettled(new OrderPlaced());
    expect([first, second].map(({ failures }) => failures.length)).toEqual([1, 1]);
  });

  // nestjs/cqrs#409, nestjs/event-emitter#688, #994
  it('ends no process for an emit: the log names handler and event, with the cause', async () => {
    const { bus, log } = await boot({ providers: [Failing] });
    bus.emit(new OrderPlaced());
    await bus.idle();
    expect(log.lines).toEqual([`error [EventBus] ${Failing.name}.charge failed for OrderPlaced: Error: card refused`]);
    expect(log.stacks[0]).toContain('failures.integration.test.ts');
    expect(log.stacks[0]).toContain('expired in May');
  });

  it('is an error of the HTTP request that awaits the publish', async () => {
    @Controller()
    class Orders {
      constructor(@Inject(EventBus) private readonly bus: EventBus) {}
      @Post()
      async place(): Promise<void> {
        await this.bus.publish(new OrderPlaced());
      }
    }
    const { app } = await create({ controllers: [Orders], providers: [Failing] });
    expect((await fetch(await listen(app), { method: 'POST' })).status).toBe(500);
  });
});

describe('the log', () => {
  it('stays empty when a handler of HandlerFailed takes the failure', async () => {
    class Alarm {
      @On(HandlerFailed)
      ring({ error }: HandlerFailed): void {
        story.note(String(error));
      }
    }
    const { bus, log } = await boot({ providers: [Charging, Alarm] });
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['Error: card refused']);
    expect(log.lines).toEqual([]);
  });

  it('stays empty when the application has an onError of its own', async () => {
    const { bus, log } = await boot({ providers: [Charging] }, { onError: ({ error }) => story.note(String(error)) });
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['Error: card refused']);
    expect(log.lines).toEqual([]);
  });

  it('has the name of the bus, and shows what is thrown even if it is no Error', async () => {
    class Odd {
      @On(OrderPlaced)
      react(): void {
        // eslint-disable-next-line typescript/only-throw-error
        throw 'out of paper';
      }
    }
    const { bus, log } = await boot({ providers: [Odd] }, { name: 'orders', onError: undefined });
    bus.emit(new OrderPlaced());
    expect(log.lines).toEqual(['error [orders] Odd.react failed for OrderPlaced: out of paper']);
    expect(log.stacks).toEqual([]);
  });
});

describe('a process in which a handler fails and nobody waits', () => {
  // nestjs/event-emitter#688, nestjs/cqrs#409
  it.each(['@nestjs/event-emitter', '@nestjs/cqrs', 'class-events, rethrown'])(
    'ends with %s where errors are not to be suppressed',
    async (whose) => {
      const { code, stderr } = await runChild('failing-handler.ts', whose);
      expect(code).toBe(1);
      expect(stderr).toContain('card refused');
    },
    30_000,
  );

  it('goes on with class-events, and the log names handler and event', async () => {
    const { code, stderr } = await runChild('failing-handler.ts', 'class-events');
    expect(code).toBe(0);
    expect(stderr).toContain('Charging.handle failed for OrderPlaced: Error: card refused');
  });
});
