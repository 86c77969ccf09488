import { EventBus, On } from 'class-events';
import { heapInUse } from '../support/garbage.js';
import { OrderPlaced } from '../support/orders.js';
import { rejectionOf } from '../support/rejection.js';

const megabyte = 2 ** 20;

describe('a bus that many come to and leave', () => {
  const times = 100_000;

  async function grownBy(act: () => void): Promise<number> {
    // Once before, so that what grows only once does not count.
    act();
    const before = await heapInUse();
    for (let count = 0; count < times; count++) act();
    return (await heapInUse()) - before;
  }

  it(`holds nothing of ${times} handlers with state of their own that were subscribed and unsubscribed`, async () => {
    const bus = new EventBus();
    const grown = await grownBy(() => {
      const state = { pixels: Array.from({ length: 32 }, () => 0) };
      const subscription = bus.subscribe(OrderPlaced, () => state.pixels.length);
      bus.emit(new OrderPlaced());
      subscription.unsubscribe();
    });
    expect(grown).toBeLessThan(16 * megabyte);
  });

  it(`holds nothing of ${times} event classes that nobody waits for any more`, async () => {
    const bus = new EventBus();
    const grown = await grownBy(() => {
      class Local {}
      using subscription = bus.subscribe(Local, () => undefined);
      bus.emit(new Local());
      void subscription;
    });
    expect(grown).toBeLessThan(16 * megabyte);
  });

  it(`holds nothing of ${times} subscribers that were registered and unregistered`, async () => {
    class Small {
      @On(OrderPlaced)
      react(): void {}
    }
    const bus = new EventBus();
    const grown = await grownBy(() => bus.register(new Small()).unsubscribe());
    expect(grown).toBeLessThan(16 * megabyte);
  });

  it(`holds nothing of ${times} weak registrations of one subscriber that lives on`, async () => {
    class Small {
      @On(OrderPlaced)
      react(): void {}
    }
    const bus = new EventBus();
    const small = new Small();
    const grown = await grownBy(() => bus.register(small, { weak: true }).unsubscribe());
    expect(grown).toBeLessThan(16 * megabyte);
  });

  it(`holds nothing of ${times} streams and waits that ended, on a signal that lives on`, async () => {
    const bus = new EventBus();
    const { signal } = new AbortController();
    const grown = await grownBy(() => {
      void bus.stream(OrderPlaced, { signal }).return?.();
      void bus.waitFor(OrderPlaced, { signal });
      bus.emit(new OrderPlaced());
    });
    expect(grown).toBeLessThan(16 * megabyte);
    expect(await rejectionOf(bus.waitFor(OrderPlaced, { signal: AbortSignal.abort('stop') }))).toBe('stop');
  });
});
