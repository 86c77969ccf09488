import { EventBus, NoUnitOfWorkError, On } from 'class-events';
import { transactional } from 'class-events/domain';
import { OrderPlaced, OrderShipped } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { rejectionOf, thrownBy } from '../../support/rejection.js';

class Receipts {
  @On(OrderPlaced, { durable: 'mail.receipt' })
  send(): void {}
}

let bus: EventBus;
beforeEach(() => {
  bus = new EventBus();
});

describe('A durable handler is refused when it is subscribed', () => {
  const cases: readonly (readonly [name: string, wire: (bus: EventBus) => unknown, message: string])[] = [
    [
      'two handlers with one id',
      (bus) => {
        bus.subscribe(OrderPlaced, function sendReceipt() {}, { durable: 'mail.receipt' });
        bus.subscribe(OrderPlaced, function sendCopy() {}, { durable: 'mail.receipt' });
      },
      "Two handlers have the durable id 'mail.receipt': sendReceipt and sendCopy. Give each its own.",
    ],
    [
      'two subscribers of one class',
      (bus) => [bus.register(new Receipts()), bus.register(new Receipts())],
      "Two handlers have the durable id 'mail.receipt': Receipts.send and Receipts.send. Give each its own.",
    ],
    [
      "an id that is its function's name",
      (bus) => bus.subscribe(OrderPlaced, function sendReceipt() {}, { durable: 'sendReceipt' }),
      "The durable id 'sendReceipt' of sendReceipt is the name of its function, which a rename or a minifier changes. Choose a name that stays, like 'mail.receipt'.",
    ],
    [
      "an id that is its method's name",
      (bus) => {
        class Mail {
          @On(OrderPlaced, { durable: 'send' })
          send(): void {}
        }
        bus.register(new Mail());
      },
      "The durable id 'send' of Mail.send is the name of its function",
    ],
    [
      'an id with the mark of replays',
      (bus) => bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail#1', name: 'mail' }),
      "The durable id 'mail#1' of mail has a '#', which marks replays. Choose a name that stays, like 'mail.receipt'.",
    ],
    ...['', 'mail\0', 'mail\ud83d', '\udc00', 'x'.repeat(201)].map(
      (durable) =>
        [
          `an id that not every database can store (${JSON.stringify(durable).slice(0, 20)})`,
          (bus: EventBus) => bus.subscribe(OrderPlaced, () => undefined, { durable }),
          "The option 'durable' must be a string of 1 to 200 characters, without NUL",
        ] as const,
    ),
    [
      'a handler that is called once',
      (bus) => bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt', once: true, name: 'mail' }),
      'mail is durable (mail.receipt), which does not go with once. Leave one out.',
    ],
    [
      'a handler of a phase',
      (bus) => bus.subscribe(OrderPlaced, () => 0, { durable: 'mail.receipt', phase: 'afterCommit', name: 'mail' }),
      "mail is durable (mail.receipt), which does not go with phase: 'afterCommit'. Leave one out.",
    ],
  ];

  it.each(cases)('as %s', (_, wire, message) => {
    const error = thrownBy(() => wire(bus));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
  });

  it.each(['📦'.repeat(200), 'größe 1/2', 'a\nb', '%s $1 "quoted"'])('unless its id can be stored: %p', (durable) => {
    expect(bus.subscribe(OrderPlaced, () => undefined, { durable }).options.durable).toBe(durable);
  });

  it('and leaves nothing behind: what was there before is there alone', async () => {
    const story = new Recorder();
    bus.subscribe(OrderPlaced, story.handler('another'));
    const { signal } = new AbortController();
    thrownBy(() => bus.subscribe(OrderPlaced, () => 0, { durable: 'mail.receipt', once: true, signal }));
    class Mixed {
      @On(OrderShipped)
      note(): void {}
      @On(OrderPlaced, { durable: 'mail.receipt', phase: 'beforeCommit' })
      send(): void {}
    }
    thrownBy(() => bus.register(new Mixed()));
    thrownBy(() => bus.registerClass(Mixed, () => new Mixed()));
    expect(bus.subscriptions().map(({ name }) => name)).toEqual(['handler of OrderPlaced']);
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['another']);
  });
});

describe('A durable id', () => {
  it('is free again when its handler has unsubscribed', () => {
    bus.register(new Receipts()).unsubscribe();
    expect(bus.register(new Receipts()).active).toBe(true);
  });

  it('is shared by the subscriptions of one handler', () => {
    const send = (): void => {};
    bus.subscribe(OrderPlaced, send, { durable: 'mail.receipt' });
    bus.subscribe(OrderShipped, send, { durable: 'mail.receipt' });
    class Stock {
      @On(OrderPlaced, { durable: 'stock.note' })
      @On(OrderShipped, { durable: 'stock.note' })
      note(): void {}
    }
    bus.register(new Stock());
    expect(bus.subscriptions()).toHaveLength(4);
  });

  it('may be that of a handler on another bus', () => {
    bus.register(new Receipts());
    expect(new EventBus().register(new Receipts()).active).toBe(true);
  });
});

describe('A publish to a durable handler on a bus without an outbox', () => {
  const message =
    'OrderPlaced was not published: sendReceipt (mail.receipt) would be lost, because mail.receipt is durable, ' +
    'and this bus has no outbox: make new Outbox({ bus, … }) before publishing.';
  beforeEach(() => {
    bus.subscribe(OrderPlaced, function sendReceipt() {}, { durable: 'mail.receipt' });
  });

  it('says that there is none, in a unit of work and outside of one', async () => {
    expect(await rejectionOf(bus.publish(new OrderPlaced()))).toEqual(new NoUnitOfWorkError(message));
    const unitOfWork = transactional(bus, (run: (transaction: object) => Promise<unknown>) => run({}));
    const error = await rejectionOf(unitOfWork(() => bus.publish(new OrderPlaced())));
    expect((error as Error).message).toBe(message);
  });

  it('tells it apart from a handler that lacks a unit of work', async () => {
    bus.subscribe(OrderPlaced, function tell() {}, { phase: 'afterCommit' });
    expect(((await rejectionOf(bus.publish(new OrderPlaced()))) as Error).message).toBe(
      `${message} Besides, no unit of work is open for tell (afterCommit). Publish inside one (transactional), or make them immediate.`,
    );
  });

  it('says that no unit of work is open where there is an outbox', async () => {
    bus.ports.deferrals.add({ keepsDurable: true, accepts: () => false, accept: () => undefined });
    expect(((await rejectionOf(bus.publish(new OrderPlaced()))) as Error).message).toBe(
      'OrderPlaced was not published: no unit of work is open for sendReceipt (mail.receipt). Publish inside one (transactional).',
    );
  });
});
