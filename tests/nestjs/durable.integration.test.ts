import { EventBus, On } from 'class-events';
import { OrderPlaced } from '../support/orders.js';
import { boot, closeAll } from './application.js';

afterEach(closeAll);

class Receipts {
  @On(OrderPlaced, { durable: 'mail.receipt' })
  async send(): Promise<void> {}
}

/** Stands for an outbox, which tells the bus that it keeps durable deliveries. */
const outbox = {
  provide: 'OUTBOX',
  inject: [EventBus],
  useFactory: (bus: EventBus) =>
    bus.ports.deferrals.add({ keepsDurable: true, accepts: () => true, accept: () => undefined }),
};

describe('a durable handler', () => {
  it('is told in the log of an application whose bus has no outbox, when it starts', async () => {
    const { log } = await boot({ providers: [Receipts] });
    expect(log.lines).toEqual([
      'warn [EventBus] Receipts.send (mail.receipt) would be lost, because mail.receipt is durable, and this bus has no outbox: make new Outbox({ bus, … }) before publishing.',
    ]);
  });

  it('is no matter for the log where a provider makes an outbox', async () => {
    const { log } = await boot({ providers: [Receipts, outbox] });
    expect(log.lines).toEqual([]);
  });

  it('is no matter for the log where there is none', async () => {
    const { log } = await boot({ providers: [] });
    expect(log.lines).toEqual([]);
  });
});
