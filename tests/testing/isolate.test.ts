import { EventBus, On } from 'class-events';
import { isolate, recordEvents } from 'class-events/testing';
import { Recorder } from '../support/recorder.js';
import { OrderPlaced, OrderShipped } from './orders.js';

class Stock {
  constructor(
    readonly story: Recorder,
    readonly place: string,
  ) {}

  @On(OrderPlaced)
  reserve(): void {
    this.story.note(`reserved in ${this.place}`);
  }

  @On(OrderShipped)
  remove(): void {
    this.story.note(`removed from ${this.place}`);
  }
}

class FreezingStock extends Stock {}

class SendReceipt {
  constructor(readonly story: Recorder) {}

  handle(): void {
    this.story.note('receipt');
  }
}

describe('isolate', () => {
  let bus: EventBus;
  let story: Recorder;
  let log: () => void;
  let north: Stock;
  let south: Stock;
  let sendReceipt: SendReceipt;
  beforeEach(() => {
    bus = new EventBus({ name: 'orders' });
    story = new Recorder();
    log = () => story.note('log');
    north = new Stock(story, 'north');
    south = new FreezingStock(story, 'south');
    sendReceipt = new SendReceipt(story);
    bus.subscribe(OrderPlaced, log, { name: 'log' });
    bus.subscribe(OrderPlaced, sendReceipt);
  });

  async function whatRuns(): Promise<string[]> {
    await bus.publish(new OrderPlaced('o-1'));
    return story.take();
  }

  it('is known to explain', () => {
    using isolation = isolate(bus, [log]);
    expect(isolation).toBeDefined();
    expect(bus.explain(new OrderPlaced('o-1')).map(({ subscription, reason }) => [subscription.name, reason])).toEqual([
      ['log', 'runs'],
      ['SendReceipt.handle', 'silenced'],
    ]);
  });

  it('lets a function run, and nothing else', async () => {
    bus.register(north);
    isolate(bus, [log]);
    expect(await whatRuns()).toEqual(['log']);
  });

  it('lets a handler object run, or the class of one', async () => {
    bus.subscribe(OrderPlaced, new SendReceipt(story));
    const isolation = isolate(bus, [sendReceipt]);
    expect(await whatRuns()).toEqual(['receipt']);
    isolation.end();
    isolate(bus, [SendReceipt]);
    expect(await whatRuns()).toEqual(['receipt', 'receipt']);
  });

  it('lets one subscriber run, and not another one of its class, held strongly or weakly', async () => {
    bus.register(north);
    bus.register(south, { weak: true });
    const isolation = isolate(bus, [north]);
    expect(await whatRuns()).toEqual(['reserved in north']);
    isolation.end();
    isolate(bus, [south]);
    expect(await whatRuns()).toEqual(['reserved in south']);
  });

  it('lets a subscriber class run, with its subclasses', async () => {
    bus.register(north);
    bus.register(south);
    const isolation = isolate(bus, [Stock]);
    expect(await whatRuns()).toEqual(['reserved in north', 'reserved in south']);
    isolation.end();
    isolate(bus, [FreezingStock]);
    expect(await whatRuns()).toEqual(['reserved in south']);
  });

  it('lets a class run that a container builds, and its group', async () => {
    const group = bus.registerClass(Stock, () => north);
    const isolation = isolate(bus, [Stock]);
    expect(await whatRuns()).toEqual(['reserved in north']);
    isolation.end();
    isolate(bus, [group]);
    expect(await whatRuns()).toEqual(['reserved in north']);
  });

  it('lets one subscription run, or those of a group', async () => {
    const group = bus.register(north);
    const isolation = isolate(bus, [group, log]);
    expect(await whatRuns()).toEqual(['log', 'reserved in north']);
    isolation.end();
    isolate(bus, [group.subscriptions[1]!]);
    await bus.publish(new OrderShipped('o-1'));
    expect(await whatRuns()).toEqual(['removed from north']);
  });

  it('lets nothing run when nothing is named', async () => {
    isolate(bus, []);
    expect(await whatRuns()).toEqual([]);
  });

  it('silences what is subscribed later, unless its class is named', async () => {
    bus.register(north);
    isolate(bus, [Stock]);
    bus.subscribe(OrderPlaced, () => story.note('late'));
    bus.register(south);
    expect(await whatRuns()).toEqual(['reserved in north', 'reserved in south']);
  });

  it('ends with a block that declared it with using, and harmlessly again', async () => {
    {
      using isolation = isolate(bus, [log]);
      isolation.end();
      expect(await whatRuns()).toEqual(['log', 'receipt']);
    }
    expect(await whatRuns()).toEqual(['log', 'receipt']);
  });

  it('lets run what two of them name', async () => {
    bus.register(north);
    isolate(bus, [log, north]);
    isolate(bus, [log, sendReceipt]);
    expect(await whatRuns()).toEqual(['log']);
  });

  it('shows the others as silenced, in reports and in records', async () => {
    const recorder = recordEvents(bus);
    isolate(bus, [log]);
    const report = await bus.publish(new OrderPlaced('o-1'));
    expect(report.unhandled).toBe(false);
    for (const { deliveries } of [report, recorder.reports[0]!]) {
      expect(deliveries.map(({ subscription, status, reason }) => [subscription.name, status, reason])).toEqual([
        ['log', 'fulfilled', undefined],
        ['SendReceipt.handle', 'skipped', 'silenced'],
      ]);
    }
  });

  it('uses up no handler that is called once', async () => {
    bus.subscribe(OrderPlaced, () => story.note('once'), { once: true });
    isolate(bus, [log]).end();
    const isolation = isolate(bus, [log]);
    await whatRuns();
    isolation.end();
    expect(await whatRuns()).toEqual(['log', 'receipt', 'once']);
  });

  it.each<[what: string, named: () => object, message: string]>([
    ['a function', () => function charge(): void {}, 'isolate: charge has no subscription on orders.'],
    ['an arrow function without a name', () => () => undefined, 'isolate: Function has no subscription on orders.'],
    ['an object', () => new Stock(story, 'east'), 'isolate: Stock has no subscription on orders.'],
    ['a class', () => FreezingStock, 'isolate: FreezingStock has no subscription on orders.'],
    [
      'a group that has ended',
      () => ended(bus.register(south)),
      'isolate: FreezingStock has no subscription on orders.',
    ],
  ])('refuses %s without a subscription, and says who has one', async (_, named, message) => {
    bus.register(north);
    expect(() => isolate(bus, [log, named()])).toThrow(
      `${message} Subscribe it first. Subscribed are: log, SendReceipt.handle, Stock.reserve, Stock.remove.`,
    );
    expect(await whatRuns()).toEqual(['log', 'receipt', 'reserved in north']);
  });

  it('says that nothing is subscribed at all', () => {
    expect(() => isolate(new EventBus(), [log])).toThrow('Subscribed are: none.');
  });
});

function ended<T extends { unsubscribe(): void }>(group: T): T {
  group.unsubscribe();
  return group;
}
