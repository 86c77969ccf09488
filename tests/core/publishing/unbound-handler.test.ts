import { EventBus, type HandlerOptions } from 'class-events';
import { domainEvents, transactional } from 'class-events/domain';
import { OrderPlaced } from '../../support/orders.js';

const options: Record<string, HandlerOptions> = {
  'no options': {},
  once: { once: true },
  'a filter': { filter: () => true },
  'a timeout': { timeout: 60_000 },
  around: { around: (run) => run() },
  'a phase': { phase: 'afterCommit' },
  'another mode': { mode: 'async' },
};

const ways: Record<string, (bus: EventBus) => unknown> = {
  publish: (bus) => bus.publish(new OrderPlaced()),
  publishSettled: (bus) => bus.publishSettled(new OrderPlaced()),
  publishAll: (bus) => bus.publishAll([new OrderPlaced()]),
  emit: (bus) => bus.emit(new OrderPlaced()),
  'publish with a signal': (bus) => bus.publish(new OrderPlaced(), { signal: new AbortController().signal }),
};

describe('A method that was subscribed without its object', () => {
  const seen: unknown[] = [];
  function unbound(this: unknown): void {
    seen.push(this);
  }
  beforeEach(() => {
    seen.length = 0;
  });

  describe.each(Object.entries(options))('with %s', (_, option) => {
    it.each(Object.entries(ways))(
      'has no `this` by %s, alone, beside another handler, and observed',
      async (_way, act) => {
        for (const [isAlone, isObserved] of [
          [true, false],
          [true, true],
          [false, false],
          [false, true],
        ]) {
          const bus = new EventBus();
          const unitOfWork = transactional(bus, (run) => run({}));
          if (isObserved) bus.observe({ onReport: () => undefined });
          if (!isAlone) bus.subscribe(OrderPlaced, () => undefined);
          bus.subscribe(OrderPlaced, unbound, option);
          await unitOfWork(async () => act(bus));
          await bus.idle();
        }
        expect(seen).toEqual([undefined, undefined, undefined, undefined]);
      },
    );
  });

  it('has no `this` when it was registered by a hand-written DomainEvents', async () => {
    const bus = new EventBus();
    domainEvents(bus).register(unbound, OrderPlaced);
    await bus.publish(new OrderPlaced());
    bus.observe({ onReport: () => undefined });
    await bus.publish(new OrderPlaced());
    expect(seen).toEqual([undefined, undefined]);
  });

  it('has no `this` as a filter, an around, an onFailure, or an onError either', async () => {
    const fail = function (this: unknown): never {
      seen.push(this);
      throw new Error('no stock');
    };
    const bus = new EventBus({ onError: unbound });
    bus.subscribe(OrderPlaced, fail, {
      filter(this: unknown) {
        seen.push(this);
        return true;
      },
      around(this: unknown, run) {
        seen.push(this);
        return run();
      },
      onFailure(this: unknown) {
        seen.push(this);
      },
    });
    bus.emit(new OrderPlaced());
    await bus.idle();
    expect(seen).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});
