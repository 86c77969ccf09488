import { EventBus, type EventClass, NoUnitOfWorkError, type PublishError } from 'class-events';
import { domainEvents } from 'class-events/domain';
import { collectUntil } from '../support/garbage.js';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf, rejectionOf } from '../support/rejection.js';
import { HandWrittenDomainEvents, HandWrittenOrder } from './hand-written.js';
import { Order, OrderPlaced, OrderShipped, told } from './order.js';

/** What the scenes need of either kind of DomainEvents. */
interface Subject {
  register(handler: (event: never) => unknown, eventClass: EventClass): unknown;
  markAggregateForDispatch(order: HandWrittenOrder): void;
  dispatchEventsForAggregate(id: unknown): unknown;
}

/** Plays a fault; what handlers are called with, and what the caller is told, goes into the story. */
class Scene {
  readonly story = new Recorder();

  constructor(readonly subject: Subject) {}

  order(id: string): HandWrittenOrder {
    return new HandWrittenOrder(id, (order) => this.subject.markAggregateForDispatch(order));
  }

  /** Notes the ids of the events that it gets, and then does what it is told the first time. */
  handle(eventClass: EventClass<{ readonly orderId: string }>, act: () => unknown = () => undefined): void {
    let first = true;
    this.subject.register(({ orderId }: { orderId: string }) => {
      this.story.note(`${eventClass.name} ${orderId}`);
      const acts = first;
      first = false;
      return acts ? act() : undefined;
    }, eventClass);
  }

  async dispatch(id: string): Promise<void> {
    try {
      await this.subject.dispatchEventsForAggregate(id);
    } catch (error) {
      const [reason] = (error as Partial<PublishError>).errors ?? [error];
      this.story.note(`the caller hears: ${(reason as Error).message}`);
    }
  }
}

interface Fault {
  readonly fault: string;
  readonly play: (this: void, scene: Scene) => Promise<void>;
  readonly handWritten: readonly string[];
  readonly here: readonly string[];
}

const namesake = { OrderPlaced: class OrderPlaced extends OrderShipped {} }.OrderPlaced;

const faults: Fault[] = [
  {
    fault: 'handlers get the events of another class that has the same name',
    async play(scene) {
      scene.handle(OrderPlaced);
      scene.order('o-1').add(new namesake('o-1'));
      await scene.dispatch('o-1');
    },
    handWritten: ['OrderPlaced o-1'],
    here: [],
  },
  {
    fault: 'a handler that dispatches the same aggregate gets the event twice',
    async play(scene) {
      scene.handle(OrderPlaced, () => scene.subject.dispatchEventsForAggregate('o-1'));
      scene.order('o-1').add(new OrderPlaced('o-1'));
      await scene.dispatch('o-1');
    },
    handWritten: ['OrderPlaced o-1', 'OrderPlaced o-1'],
    here: ['OrderPlaced o-1'],
  },
  {
    fault: 'a handler that dispatches the same aggregate makes the events of another one get lost',
    async play(scene) {
      scene.handle(OrderShipped);
      scene.handle(OrderPlaced, () => scene.subject.dispatchEventsForAggregate('o-1'));
      scene.order('o-1').add(new OrderPlaced('o-1'));
      scene.order('o-2').add(new OrderShipped('o-2'));
      await scene.dispatch('o-1');
      scene.story.take();
      await scene.dispatch('o-2');
    },
    handWritten: [],
    here: ['OrderShipped o-2'],
  },
  {
    fault: 'the events of a second object with the same id are never dispatched',
    async play(scene) {
      scene.handle(OrderPlaced);
      scene.handle(OrderShipped);
      scene.order('o-1').add(new OrderPlaced('o-1'));
      scene.order('o-1').add(new OrderShipped('o-1'));
      await scene.dispatch('o-1');
      await scene.dispatch('o-1');
    },
    handWritten: ['OrderPlaced o-1'],
    here: ['OrderPlaced o-1', 'OrderShipped o-1'],
  },
  {
    fault: 'a handler that throws stops the handlers and the events after it',
    async play(scene) {
      scene.handle(OrderPlaced, () => {
        throw new Error('no stock');
      });
      scene.handle(OrderPlaced);
      scene.handle(OrderShipped);
      scene.order('o-1').add(new OrderPlaced('o-1')).add(new OrderShipped('o-1'));
      await scene.dispatch('o-1');
    },
    handWritten: ['OrderPlaced o-1', 'the caller hears: no stock'],
    here: ['OrderPlaced o-1', 'OrderPlaced o-1', 'OrderShipped o-1', 'the caller hears: no stock'],
  },
  {
    fault: 'a handler gets an event again after another handler has failed',
    async play(scene) {
      scene.handle(OrderPlaced);
      scene.handle(OrderPlaced, () => {
        throw new Error('no stock');
      });
      scene.order('o-1').add(new OrderPlaced('o-1'));
      await scene.dispatch('o-1');
      scene.story.take();
      await scene.dispatch('o-1');
    },
    handWritten: ['OrderPlaced o-1', 'OrderPlaced o-1'],
    here: [],
  },
  {
    fault: 'nobody hears that an async handler failed',
    async play(scene) {
      scene.handle(OrderPlaced, () => {
        const failed = Promise.reject(new Error('no mail'));
        failed.catch(() => undefined); // the hand-written one leaves it to the process
        return failed;
      });
      scene.order('o-1').add(new OrderPlaced('o-1'));
      await scene.dispatch('o-1');
    },
    handWritten: ['OrderPlaced o-1'],
    here: ['OrderPlaced o-1', 'the caller hears: no mail'],
  },
  {
    fault: 'an event that is recorded by a handler gets lost',
    async play(scene) {
      const order = scene.order('o-1');
      scene.handle(OrderPlaced, () => order.add(new OrderShipped('o-1')));
      scene.handle(OrderShipped);
      order.add(new OrderPlaced('o-1'));
      await scene.dispatch('o-1');
      await scene.dispatch('o-1');
    },
    handWritten: ['OrderPlaced o-1'],
    here: ['OrderPlaced o-1', 'OrderShipped o-1'],
  },
  {
    fault: 'a handler that is registered twice runs twice',
    async play(scene) {
      const handler = scene.story.handler('called');
      scene.subject.register(handler, OrderPlaced);
      scene.subject.register(handler, OrderPlaced);
      scene.order('o-1').add(new OrderPlaced('o-1'));
      await scene.dispatch('o-1');
    },
    handWritten: ['called', 'called'],
    here: ['called'],
  },
];

describe('a fault of hand-written DomainEvents that the façade does not have:', () => {
  it.each(faults)('$fault', async ({ play, handWritten, here }) => {
    const theirs = new Scene(new HandWrittenDomainEvents());
    await play(theirs);
    expect(theirs.story.lines).toEqual(handWritten);
    // The types of the façade are stricter than those of the scenes.
    const ours = new Scene(domainEvents(new EventBus()) as object as Subject);
    await play(ours);
    expect(ours.story.lines).toEqual(here);
  });

  it('aggregates whose save failed are kept for ever', async () => {
    const bus = new EventBus();
    const failedRequest = (): WeakRef<Order> => {
      const order = new Order().place();
      domainEvents(bus).markAggregateForDispatch(order);
      return new WeakRef(order);
    };
    const order = failedRequest();
    expect(await collectUntil(() => order.deref() === undefined)).toBe(true);
  });

  it('a save that failed comes back with the next one: the aggregate itself may be given in place of its id', async () => {
    const bus = new EventBus();
    const { markAggregateForDispatch, dispatchEventsForAggregate } = domainEvents(bus);
    const [failed, saved] = [new Order('o-1').place(), new Order('o-1').ship()];
    markAggregateForDispatch(failed);
    markAggregateForDispatch(saved);
    const reports = await dispatchEventsForAggregate(saved);
    expect(told(reports.map(({ event }) => event))).toEqual(['OrderShipped o-1']);
    expect(failed.recordedEvents).toHaveLength(1);
  });
});

describe('the façade domainEvents(bus)', () => {
  let bus: EventBus;
  let story: Recorder;
  let facade: ReturnType<typeof domainEvents>;
  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
    facade = domainEvents(bus);
  });
  const marked = (order = new Order().place()): Order => {
    facade.markAggregateForDispatch(order);
    return order;
  };

  it('has run the sync handlers when the call to dispatch returns', async () => {
    facade.register(story.handler('placed'), OrderPlaced);
    marked();
    const dispatched = facade.dispatchEventsForAggregate('o-1');
    expect(story.lines).toEqual(['placed']);
    expect(await dispatched).toHaveLength(1);
  });

  it('dispatches nothing for an id that is not marked, nor for one that was dispatched', async () => {
    marked();
    expect(await facade.dispatchEventsForAggregate('o-2')).toEqual([]);
    expect(await facade.dispatchEventsForAggregate('o-1')).toHaveLength(1);
    expect(await facade.dispatchEventsForAggregate('o-1')).toEqual([]);
  });

  it('dispatches an aggregate that is given itself, marked or not, hand-written or not', async () => {
    const handWritten = new HandWrittenOrder('o-2', () => undefined).add(new OrderPlaced('o-2'));
    expect(await facade.dispatchEventsForAggregate(new Order().place())).toHaveLength(1);
    expect(await facade.dispatchEventsForAggregate(handWritten)).toHaveLength(1);
    expect(handWritten.domainEvents).toEqual([]);
  });

  it('asks the ids whether they are equal', async () => {
    class OrderId {
      constructor(readonly value: string) {}
      equals(other: unknown): boolean {
        return other instanceof OrderId && other.value === this.value;
      }
    }
    const order = (id: string): HandWrittenOrder =>
      new HandWrittenOrder(new OrderId(id), facade.markAggregateForDispatch).add(new OrderPlaced(id));
    order('o-1');
    order('o-2');
    const reports = await facade.dispatchEventsForAggregate(new OrderId('o-2'));
    expect(told(reports.map(({ event }) => event))).toEqual(['OrderPlaced o-2']);
  });

  it('takes handlers that are objects, so that no handler loses its this', async () => {
    class Receipts {
      readonly sent: string[] = [];
      handle(event: OrderPlaced): void {
        this.sent.push(event.orderId);
      }
    }
    const receipts = new Receipts();
    facade.register(receipts, OrderPlaced);
    marked();
    await facade.dispatchEventsForAggregate('o-1');
    expect(receipts.sent).toEqual(['o-1']);
  });

  it('gives handlers the events that are published on the bus itself, and takes the undo', async () => {
    const subscription = facade.register(story.handler('placed'), OrderPlaced);
    await bus.publish(new OrderPlaced('o-1'));
    subscription.unsubscribe();
    await bus.publish(new OrderPlaced('o-1'));
    expect(story.lines).toEqual(['placed']);
  });

  it('clears the handlers that were registered with it, and no others', async () => {
    bus.subscribe(OrderPlaced, story.handler('of the bus'));
    facade.register(story.handler('of the façade'), OrderPlaced);
    facade.clearHandlers();
    await bus.publish(new OrderPlaced('o-1'));
    expect(story.lines).toEqual(['of the bus']);
  });

  it('forgets marks when it is told to, and leaves the events where they are', async () => {
    const order = marked();
    facade.clearMarkedAggregates();
    expect(await facade.dispatchEventsForAggregate('o-1')).toEqual([]);
    expect(order.recordedEvents).toHaveLength(1);
  });

  it('keeps the marks of what the bus has refused', async () => {
    const waiting = bus.subscribe(OrderPlaced, () => undefined, { phase: 'afterCommit' });
    const handWritten = new HandWrittenOrder('o-1', facade.markAggregateForDispatch).add(new OrderPlaced('of theirs'));
    marked();
    expect(await rejectionOf(facade.dispatchEventsForAggregate('o-1'))).toBeInstanceOf(NoUnitOfWorkError);
    handWritten.add(new OrderShipped('of theirs'));
    waiting.unsubscribe();
    const reports = await facade.dispatchEventsForAggregate('o-1');
    expect(told(reports.map(({ event }) => event))).toEqual([
      'OrderPlaced of theirs',
      'OrderShipped of theirs',
      'OrderPlaced o-1',
    ]);
  });

  it('keeps no marks of what was published, although handlers failed', async () => {
    facade.register(() => {
      throw new Error('no stock');
    }, OrderPlaced);
    const order = marked();
    await publishErrorOf(facade.dispatchEventsForAggregate('o-1'));
    order.ship();
    expect(await facade.dispatchEventsForAggregate('o-1')).toEqual([]);
  });

  it('refuses a name where a class is due, and says what to write', () => {
    const register = facade.register as (handler: () => void, eventClass: unknown) => unknown;
    expect(() => register(() => undefined, OrderPlaced.name)).toThrow(
      new TypeError(
        "Events are found by their class, not by its name. Write register(handler, OrderPlaced) in place of 'OrderPlaced' or OrderPlaced.name.",
      ),
    );
    expect(() => register(() => undefined, undefined)).toThrow(TypeError);
    expect(bus.subscriptions()).toEqual([]);
  });

  it.each([[undefined], [null], ['o-1'], [new OrderPlaced('o-1')]])('refuses to mark %p', (wrong) => {
    expect(() => facade.markAggregateForDispatch(wrong as never)).toThrow(
      'has no pullEvents(). Extend AggregateRoot, or recordsEvents(TheBaseClass).',
    );
  });
});
