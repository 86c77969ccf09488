import { EventBus, type EventHandler } from 'class-events';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';

describe('A handler', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('is async when it is a native async function, else sync, unless told', () => {
    const promising = (): Promise<void> => Promise.resolve();
    expect(bus.subscribe(OrderPlaced, async () => undefined).mode).toBe('async');
    expect(bus.subscribe(OrderPlaced, promising).mode).toBe('sync');
    expect(bus.subscribe(OrderPlaced, promising.bind(undefined), { mode: 'async' }).mode).toBe('async');
    expect(bus.subscribe(OrderPlaced, async () => undefined, { mode: 'sync' }).mode).toBe('sync');
    expect(bus.subscribe(OrderPlaced, { handle: async () => undefined }).mode).toBe('async');
    expect(bus.subscribe(OrderPlaced, { handle: () => undefined }).mode).toBe('sync');
  });

  it('a handler that is an object is called as a method, so that this is never lost', async () => {
    class Receipts implements EventHandler<OrderPlaced> {
      readonly #sent: OrderPlaced[] = [];
      handle(event: OrderPlaced): void {
        this.#sent.push(event);
      }
      get sent(): number {
        return this.#sent.length;
      }
    }
    const receipts = new Receipts();
    bus.subscribe(OrderPlaced, receipts);
    await bus.publish(new OrderPlaced());
    expect(receipts.sent).toBe(1);
  });

  it('a handler that is an object may be given another method later, as a spy does it', async () => {
    const receipts = { handle: story.handler('before') };
    bus.subscribe(OrderPlaced, receipts);
    receipts.handle = story.handler('after');
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['after']);
  });

  it('is named after its function, its class or its event, for people', () => {
    class Receipts {
      handle(): void {}
    }
    function sendReceipt(): void {}
    const names = [sendReceipt, new Receipts(), () => undefined, { handle: () => undefined }].map(
      (handler) => bus.subscribe(OrderPlaced, handler).name,
    );
    expect(names).toEqual(['sendReceipt', 'Receipts.handle', 'handler of OrderPlaced', 'Object.handle']);
  });

  it('a handler that is a mock is named as its test named it', () => {
    const names = [
      jest.fn().mockName('sendReceipt'),
      jest.fn(),
      Object.assign(() => undefined, { getMockName: () => 7 }),
    ].map((handler) => bus.subscribe(OrderPlaced, handler).name);
    expect(names).toEqual(['sendReceipt', 'jest.fn()', 'handler of OrderPlaced']);
  });

  it('may be frozen, whatever kind of function it is', async () => {
    const handlers = [
      Object.freeze(function placed() {
        story.note('function');
      }),
      Object.freeze(() => story.note('arrow function')),
      Object.freeze(async () => story.note('async function')),
      Object.freeze({ handle: Object.freeze(() => story.note('object')) }),
      new Proxy(
        Object.freeze(function placed() {
          story.note('proxy');
        }),
        {},
      ),
    ];
    for (const handler of handlers) bus.subscribe(OrderPlaced, handler);
    await bus.publish(new OrderPlaced());
    expect(story.lines.sort()).toEqual(['arrow function', 'async function', 'function', 'object', 'proxy']);
  });

  it('is not called before the event comes', () => {
    bus.subscribe(OrderPlaced, story.handler('handler'));
    bus.hasSubscribers(OrderPlaced);
    bus.subscriptions(OrderPlaced);
    bus.explain(new OrderPlaced());
    expect(story.lines).toEqual([]);
  });

  it('is given the event and a context, and no more', async () => {
    const given: unknown[][] = [];
    bus.subscribe(OrderPlaced, (...args: unknown[]) => given.push(args));
    const event = new OrderPlaced();
    await bus.publish(event);
    expect(given).toEqual([[event, { signal: expect.any(AbortSignal) }]]);
  });
});
