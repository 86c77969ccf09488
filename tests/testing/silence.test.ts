import { EventBus, NoUnitOfWorkError } from 'class-events';
import { recordEvents, silence } from 'class-events/testing';
import { Deferred } from '../support/deferred.js';
import { Recorder } from '../support/recorder.js';
import { rejectionOf } from '../support/rejection.js';
import { OrderPlaced, OrderShipped } from './orders.js';

describe('silence', () => {
  let bus: EventBus;
  let story: Recorder;
  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
    bus.subscribe(OrderPlaced, ({ orderId }) => story.note(orderId), { name: 'note' });
  });

  it('keeps the events of a callback from their handlers, and no later ones', async () => {
    await silence(bus, () => {
      bus.emit(new OrderPlaced('silenced'));
    });
    bus.emit(new OrderPlaced('heard'));
    expect(story.lines).toEqual(['heard']);
  });

  it('holds after an await, and gives what the callback gave', async () => {
    const given = await silence(bus, async () => {
      await Promise.resolve();
      await bus.publish(new OrderPlaced('silenced'));
      return 5;
    });
    expect(given).toBe(5);
    expect(story.lines).toEqual([]);
  });

  it('ends with a callback that fails, and rejects as it did', async () => {
    const error = new Error('at work');
    expect(await rejectionOf(silence(bus, () => Promise.reject(error)))).toBe(error);
    const throws = (): never => {
      throw error;
    };
    expect(await rejectionOf(silence(bus, throws))).toBe(error);
    bus.emit(new OrderPlaced('heard'));
    expect(story.lines).toEqual(['heard']);
  });

  it('is over for what outlives the callback', async () => {
    const gate = new Deferred();
    let late: Promise<unknown> | undefined;
    await silence(bus, () => {
      late = gate.promise.then(() => bus.publish(new OrderPlaced('late')));
    });
    gate.resolve();
    await late;
    expect(story.lines).toEqual(['late']);
  });

  it('touches nothing that runs beside it', async () => {
    const gate = new Deferred();
    const beside = (async () => {
      await gate.promise;
      await bus.publish(new OrderPlaced('beside'));
    })();
    await silence(bus, async () => {
      bus.emit(new OrderPlaced('silenced'));
      gate.resolve();
      await beside;
      bus.emit(new OrderPlaced('silenced too'));
    });
    expect(story.lines).toEqual(['beside']);
  });

  it('is one of several at a time: each has its own end', async () => {
    const gate = new Deferred();
    const long = silence(bus, async () => {
      await gate.promise;
      bus.emit(new OrderPlaced('in the long one'));
    });
    await silence(bus, () => bus.publish(new OrderPlaced('in the short one')));
    gate.resolve();
    await long;
    expect(story.lines).toEqual([]);
  });

  it('can stand in another one, of this bus or another', async () => {
    const otherBus = new EventBus();
    otherBus.subscribe(OrderPlaced, ({ orderId }) => story.note(`${orderId} on the other bus`));
    await silence(bus, async () => {
      await silence(bus, () => bus.publish(new OrderPlaced('innermost')));
      bus.emit(new OrderPlaced('after the inner one'));
      otherBus.emit(new OrderPlaced('heard'));
      await silence(otherBus, async () => {
        bus.emit(new OrderPlaced('in both'));
        otherBus.emit(new OrderPlaced('in both'));
      });
    });
    expect(story.lines).toEqual(['heard on the other bus']);
  });

  it('leaves a report and a record that say so', async () => {
    const recorder = recordEvents(bus);
    const report = await silence(bus, () => bus.publish(new OrderPlaced('o-1')));
    expect(report.unhandled).toBe(false);
    expect(report.deliveries).toMatchObject([{ status: 'skipped', reason: 'silenced' }]);
    expect(recorder.events).toHaveLength(1);
    expect(recorder.reports).toMatchObject([{ deliveries: [{ status: 'skipped', reason: 'silenced' }] }]);
  });

  it('lets an event be published whose handlers need a unit of work', async () => {
    bus.subscribe(OrderShipped, () => story.note('later'), { phase: 'afterCommit' });
    await silence(bus, async () => {
      bus.emit(new OrderShipped('o-1'));
      const { deliveries } = await bus.publish(new OrderShipped('o-1'));
      expect(deliveries).toMatchObject([{ status: 'skipped', reason: 'silenced' }]);
    });
    expect(await rejectionOf(bus.publish(new OrderShipped('o-1')))).toBeInstanceOf(NoUnitOfWorkError);
    expect(story.lines).toEqual([]);
  });

  it('does not hold for an emit of a handler in which it was begun: that runs after the handler', async () => {
    bus.subscribe(OrderShipped, ({ orderId }) => {
      void silence(bus, () => {
        bus.emit(new OrderPlaced(`${orderId} emitted`));
        return bus.publish(new OrderPlaced(`${orderId} published`));
      });
    });
    await bus.publish(new OrderShipped('o-1'));
    expect(story.lines).toEqual(['o-1 emitted']);
  });
});
