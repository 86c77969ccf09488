import { EventBus, HandlerFailed, UnhandledEvent } from 'class-events';
import { assertPublished, type EventRecorder, recordEvents } from 'class-events/testing';
import { transactional } from 'class-events/domain';
import { afterMicrotasks, Deferred } from '../support/deferred.js';
import { DomainEvent, OrderPlaced, OrderShipped, StockReserved } from './orders.js';

describe('a recorder', () => {
  let bus: EventBus;
  let recorder: EventRecorder;
  beforeEach(() => {
    bus = new EventBus();
    recorder = recordEvents(bus);
  });

  it('has the very events in the order of publishing, with their reports', async () => {
    const [placed, shipped] = [new OrderPlaced('o-1'), new OrderShipped('o-1')];
    bus.subscribe(OrderPlaced, () => undefined, { name: 'reserve' });
    const report = await bus.publish(placed);
    bus.emit(shipped);
    expect(recorder.events).toEqual([placed, shipped]);
    expect(recorder.events[0]).toBe(placed);
    expect(recorder.reports.map(({ event }) => event)).toEqual([placed, shipped]);
    expect(recorder.reports[0]?.deliveries).toEqual(report.deliveries);
    expect(recorder.reports[1]?.unhandled).toBe(true);
  });

  it('has only what was published after it began', async () => {
    await bus.publish(new OrderPlaced('before'));
    const late = recordEvents(bus);
    await bus.publish(new OrderPlaced('after'));
    expect(late.of(OrderPlaced).map(({ orderId }) => orderId)).toEqual(['after']);
  });

  it('gives the events of a class, subclasses included', async () => {
    const [placed, shipped] = [new OrderPlaced('o-1'), new OrderShipped('o-1')];
    await bus.publishAll([placed, shipped]);
    expect(recorder.of(OrderShipped)).toEqual([shipped]);
    expect(recorder.of(DomainEvent)).toEqual([placed, shipped]);
    expect(recorder.of(StockReserved)).toEqual([]);
  });

  it('gives the events whose base class is of another realm, as a catch-all gets them', async () => {
    class TabOpened extends CustomEvent<string> {}
    const opened = new TabOpened('tab-opened');
    await bus.publish(opened);
    expect(recorder.of(Object)).toEqual([opened]);
    assertPublished(recorder, Object);
  });

  it('sees what handlers publish and emit, before and after an await, in the order in which it is dispatched', async () => {
    bus.subscribe(OrderPlaced, async ({ orderId }) => {
      bus.emit(new StockReserved(`${orderId} emitted`));
      void bus.publish(new StockReserved(`${orderId} published`));
      await Promise.resolve();
      bus.emit(new StockReserved(`${orderId} emitted late`));
      await bus.publish(new OrderShipped(`${orderId} published late`));
    });
    await bus.publish(new OrderPlaced('o-1'));
    expect(recorder.of(DomainEvent).map((event) => (event as OrderPlaced).orderId)).toEqual([
      'o-1',
      'o-1 published',
      'o-1 emitted',
      'o-1 emitted late',
      'o-1 published late',
    ]);
  });

  it('loses nothing when an event is published before the one before it has settled', async () => {
    const gates = [new Deferred(), new Deferred()];
    bus.subscribe(OrderPlaced, ({ total }) => gates[total]?.promise, { mode: 'async' });
    const publishes = [bus.publish(new OrderPlaced('first', 0)), bus.publish(new OrderPlaced('second', 1))];
    expect(recorder.of(OrderPlaced).map(({ orderId }) => orderId)).toEqual(['first', 'second']);
    expect(recorder.reports).toEqual([]);
    gates[1]?.resolve();
    await publishes[1];
    expect(recorder.reports.map(({ event }) => (event as OrderPlaced).orderId)).toEqual(['second']);
    gates[0]?.resolve();
    await publishes[0];
    expect(recorder.reports.map(({ event }) => (event as OrderPlaced).orderId)).toEqual(['second', 'first']);
  });

  it('tells apart publishes of one object that overlap', async () => {
    const event = new OrderPlaced('o-1');
    const gates = [new Deferred(), new Deferred()];
    let calls = 0;
    bus.subscribe(OrderPlaced, () => gates[calls++]?.promise, { mode: 'async' });
    const publishes = [bus.publishSettled(event), bus.publishSettled(event)];
    gates[1]?.reject(new Error('the second fails'));
    await publishes[1];
    expect(recorder.events).toEqual([event, event]);
    expect(recorder.reports.map(({ failures }) => failures.length)).toEqual([1]);
    gates[0]?.resolve();
    await publishes[0];
    expect(recorder.reports.map(({ failures }) => failures.length)).toEqual([1, 0]);
  });

  it('tells them apart also when only the later one counts', async () => {
    const event = new OrderPlaced('o-1');
    const gates = [new Deferred(), new Deferred()];
    let calls = 0;
    bus.subscribe(OrderPlaced, () => gates[calls++]?.promise, { mode: 'async' });
    const early = bus.publish(event);
    recorder.clear();
    const late = bus.publish(event);
    gates[1]?.resolve();
    await late;
    expect(recorder.reports).toHaveLength(1);
    gates[0]?.resolve();
    await early;
    expect(recorder.reports).toHaveLength(1);
  });

  it('counts an event once whose deliveries wait for the phases of a transaction, with a report for each', async () => {
    const unitOfWork = transactional(bus, (run: (transaction: object) => Promise<unknown>) => run({}));
    bus.subscribe(OrderPlaced, () => undefined, { name: 'now' });
    bus.subscribe(OrderPlaced, () => undefined, { name: 'later', phase: 'afterCommit' });
    await unitOfWork(() => bus.publish(new OrderPlaced('o-1')));
    expect(recorder.events).toHaveLength(1);
    expect(
      recorder.reports.map(({ deliveries }) =>
        deliveries.map(({ subscription, status }) => `${subscription.name} ${status}`),
      ),
    ).toEqual([['now fulfilled', 'later deferred'], ['later fulfilled']]);
  });

  it.each([
    ['before', ['now', 'later']],
    ['after', ['later', 'now']],
  ])('has both reports when the publish settles %s the phase that comes', async (_, order) => {
    const unitOfWork = transactional(bus, (run: (transaction: object) => Promise<unknown>) => run({}));
    const gates = { now: new Deferred(), later: new Deferred() };
    const started = new Deferred();
    bus.subscribe(OrderPlaced, () => gates.now.promise, { name: 'now', mode: 'async' });
    const later = (): Promise<void> => {
      started.resolve();
      return gates.later.promise;
    };
    bus.subscribe(OrderPlaced, later, { name: 'later', phase: 'afterCommit' });
    const unit = unitOfWork(() => bus.emit(new OrderPlaced('o-1')));
    await started.promise;
    for (const name of order) {
      gates[name as 'now' | 'later'].resolve();
      await afterMicrotasks();
    }
    await unit;
    const fulfilled = recorder.reports.map(({ deliveries }) =>
      deliveries.filter(({ status }) => status === 'fulfilled').map(({ subscription }) => subscription.name),
    );
    expect(fulfilled).toEqual(order.map((name) => [name]));
    expect(recorder.events).toHaveLength(1);
  });

  it('shows the events of the bus itself only to who asks for them', async () => {
    bus.subscribe(HandlerFailed, () => undefined);
    bus.subscribe(UnhandledEvent, () => undefined);
    bus.subscribe(OrderPlaced, () => {
      throw new Error('no stock');
    });
    await bus.publishSettled(new OrderPlaced('o-1'));
    await bus.publishSettled(new OrderShipped('o-1'));
    expect(recorder.events.map((event) => event.constructor)).toEqual([OrderPlaced, OrderShipped]);
    expect(recorder.of(Object)).toEqual(recorder.events);
    expect(recorder.of(HandlerFailed).map(({ error }) => error)).toEqual([new Error('no stock')]);
    expect(recorder.of(UnhandledEvent)).toHaveLength(1);
  });

  it('begins anew when it is cleared, and takes no report of what was before', async () => {
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, () => gate.promise, { mode: 'async' });
    const early = bus.publish(new OrderPlaced('o-1'));
    recorder.clear();
    expect(recorder.events).toEqual([]);
    await bus.publish(new OrderShipped('o-2'));
    gate.resolve();
    await early;
    expect(recorder.reports.map(({ event }) => event.constructor)).toEqual([OrderShipped]);
  });

  it('records no more when it was stopped, but takes the report of what was under way', async () => {
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, () => gate.promise, { mode: 'async' });
    const published = bus.publish(new OrderPlaced('o-1'));
    recorder.stop();
    recorder.stop();
    gate.resolve();
    await published;
    await bus.publish(new OrderShipped('o-1'));
    expect(recorder.events.map((event) => event.constructor)).toEqual([OrderPlaced]);
    expect(recorder.reports).toHaveLength(1);
  });

  it('stops with a block that declared it with using', async () => {
    let scoped: EventRecorder;
    {
      using here = recordEvents(bus);
      scoped = here;
    }
    await bus.publish(new OrderPlaced('o-1'));
    expect(scoped.events).toEqual([]);
  });

  it('does not disturb another one', async () => {
    const otherRecorder = recordEvents(bus);
    await bus.publish(new OrderPlaced('o-1'));
    otherRecorder.clear();
    await bus.publish(new OrderShipped('o-1'));
    otherRecorder.stop();
    await bus.publish(new StockReserved('o-1'));
    expect(recorder.events.map((event) => event.constructor)).toEqual([OrderPlaced, OrderShipped, StockReserved]);
    expect(otherRecorder.events.map((event) => event.constructor)).toEqual([OrderShipped]);
  });

  it('gives lists that stay as they are', async () => {
    const { events, reports } = recorder;
    await bus.publish(new OrderPlaced('o-1'));
    expect(events).toEqual([]);
    expect(reports).toEqual([]);
  });
});
