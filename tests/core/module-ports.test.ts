import { EventBus, type HandlerContext, HandlerTimeoutError, On } from 'class-events';
import { type Deferral, type Deferred, failureMessage, isSubscriber, type Subscription } from '../../src/core/index.js';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf } from '../support/rejection.js';
import { OrderEvent, OrderPlaced } from '../support/orders.js';

let bus: EventBus;
let story: Recorder;
beforeEach(() => {
  bus = new EventBus();
  story = new Recorder();
});

/** Makes a module take over the durable deliveries of the bus. */
function takeOver(accept: Deferral['accept']): void {
  bus.ports.deferrals.add({ accepts: ({ options }) => options.durable !== undefined, accept });
}

describe('a module that takes over deliveries', () => {
  it('gets all steps of one event at once, and the publisher is told that they are deferred', async () => {
    const taken: Deferred[] = [];
    takeOver(async (deferred) => taken.push(deferred));
    bus.subscribe(OrderPlaced, story.handler('mail'), { durable: 'mail', name: 'mail' });
    bus.subscribe(OrderPlaced, story.handler('stock'), { durable: 'stock', name: 'stock' });
    bus.subscribe(OrderPlaced, story.handler('now'));
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(taken.map(({ steps }) => steps.map(({ name }) => name))).toEqual([['mail', 'stock']]);
    expect(deliveries.map(({ status }) => status)).toEqual(['deferred', 'deferred', 'fulfilled']);
    expect(story.lines).toEqual(['now']);
  });

  it('leaves the deliveries that it does not accept to the next module', async () => {
    const taken: Deferred[] = [];
    bus.ports.deferrals.add({ accepts: () => false, accept: () => undefined });
    takeOver((deferred) => void taken.push(deferred));
    bus.subscribe(OrderPlaced, story.handler('mail'), { durable: 'mail' });
    await bus.publish(new OrderPlaced());
    expect(taken).toHaveLength(1);
  });

  it('makes the publisher wait for its promise, and fail with the deliveries when that rejects', async () => {
    const full = new Error('disk full');
    takeOver(() => Promise.reject(full));
    bus.subscribe(OrderPlaced, story.handler('mail'), { durable: 'mail' });
    bus.subscribe(OrderPlaced, story.handler('now'));
    const { report } = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(report.failures.map(({ reason }) => reason)).toEqual([full]);
    expect(story.lines).toEqual(['now']);
  });

  it('changes nothing for a handler of several pairs, which runs once', async () => {
    takeOver(() => undefined);
    bus.subscribe(OrderPlaced, story.handler('mail'), { durable: 'mail' });
    const once = story.handler('once');
    bus.subscribe(OrderPlaced, once);
    bus.subscribe(OrderEvent, once);
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['once']);
  });

  it('runs the deliveries when it wants to, and sees which handlers ran', async () => {
    const taken: Deferred[] = [];
    takeOver((deferred) => void taken.push(deferred));
    const mail = story.handler('mail');
    const subscription = bus.subscribe(OrderPlaced, mail, { durable: 'mail' });
    await bus.publish(new OrderPlaced());
    const [deferred] = taken as [Deferred];
    const { first, steps } = deferred;
    expect([first.ran(mail), steps]).toEqual([false, [subscription]]);
    const dispatch = deferred.run(steps, true);
    await dispatch.whenSettled();
    expect([dispatch.ran(mail), dispatch.report().failures]).toEqual([true, []]);
    expect(story.lines).toEqual(['mail']);
  });

  it('redelivers an event to the handlers that it names alone, and adds to their context', async () => {
    const contexts: HandlerContext[] = [];
    const { signal } = new AbortController();
    const mail = bus.subscribe(OrderPlaced, (_, context) => contexts.push(context), { durable: 'mail' });
    bus.subscribe(OrderPlaced, story.handler('another'));
    const dispatch = bus.ports.redeliver({
      event: new OrderPlaced(),
      isFor: (step) => step === mail,
      context: { attempt: 2 },
      signal,
      defaultTimeout: 60_000,
    });
    await dispatch.whenSettled();
    expect(dispatch.report().deliveries.map(({ subscription }) => subscription)).toEqual([mail]);
    expect(contexts).toMatchObject([{ attempt: 2 }]);
    expect(story.lines).toEqual([]);
  });

  it('redelivers an event in front of observers, which can tell that from a publish', async () => {
    const redelivered: unknown[] = [];
    bus.subscribe(OrderPlaced, story.handler('mail'));
    bus.observe({ onPlan: (planned) => redelivered.push(planned.redelivered) });
    await bus.publish(new OrderPlaced());
    const { signal } = new AbortController();
    bus.ports.redeliver({
      event: new OrderPlaced(),
      isFor: () => true,
      context: {},
      signal,
      defaultTimeout: 60_000,
    });
    bus.emit(new OrderPlaced());
    expect(redelivered).toEqual([undefined, true, undefined]);
  });

  it('limits the time of a handler that has no timeout of its own', async () => {
    const hang = bus.subscribe(
      OrderPlaced,
      (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
      { name: 'hang' },
    );
    const patient = bus.subscribe(OrderPlaced, () => new Promise((resolve) => setTimeout(resolve, 20)), {
      timeout: 60_000,
    });
    const dispatch = bus.ports.redeliver({
      event: new OrderPlaced(),
      isFor: () => true,
      context: {},
      signal: new AbortController().signal,
      defaultTimeout: 1,
    });
    await dispatch.whenSettled();
    expect(dispatch.report().deliveries).toEqual([
      { subscription: hang, status: 'rejected', reason: expect.any(HandlerTimeoutError) },
      { subscription: patient, status: 'fulfilled', reason: undefined },
    ]);
  });
});

describe('a silencer', () => {
  it('keeps the deliveries that it names from being made, until it is removed', async () => {
    const quiet = bus.subscribe(OrderPlaced, story.handler('quiet'));
    const silencer = (subscription: Subscription): boolean => subscription === quiet;
    bus.subscribe(OrderPlaced, story.handler('loud'));
    bus.ports.silencers.add(silencer);
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(deliveries.map(({ reason }) => reason)).toEqual(['silenced', undefined]);
    bus.ports.silencers.delete(silencer);
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['loud', 'quiet', 'loud']);
  });
});

describe('a bus with outsideUnitOfWork: immediate and no unit of work', () => {
  it('runs handlers of a later phase at once, except those of a rollback', async () => {
    bus = new EventBus({ outsideUnitOfWork: 'immediate' });
    bus.subscribe(OrderPlaced, story.handler('afterCommit'), { phase: 'afterCommit' });
    bus.subscribe(OrderPlaced, story.handler('afterRollback'), { phase: 'afterRollback' });
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(deliveries.map(({ reason }) => reason)).toEqual([undefined, 'phase']);
    expect(story.lines).toEqual(['afterCommit']);
  });
});

describe('failureMessage', () => {
  it('lists the failures of some reports, after an introduction', async () => {
    bus.subscribe(OrderPlaced, () => Promise.reject(new Error('full')), { name: 'stock' });
    const { report } = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(failureMessage([report], 'Committed, but ')).toBe(
      'Committed, but a handler failed:\n  OrderPlaced → stock: Error: full',
    );
  });
});

describe('isSubscriber', () => {
  it('knows an object by the marked methods of its class and of the base classes of that', () => {
    class Receipts {
      @On(OrderPlaced)
      send(): void {}
    }
    class ShortReceipts extends Receipts {}
    expect([new Receipts(), new ShortReceipts()].map(isSubscriber)).toEqual([true, true]);
    expect([{}, Object.create(null) as object, new OrderPlaced()].map(isSubscriber)).toEqual([false, false, false]);
  });
});
