import { type DeliveryOptions, EventBus, type EventClass, type Handler, On } from 'class-events';
import { OrderPlaced, OrderShipped } from '../support/orders.js';

// As a module of another copy of the package would: by the registered symbol.
const subscribing = Symbol.for('class-events/subscribing');
type Asked = (eventClasses: readonly EventClass[], options: DeliveryOptions) => unknown;
const asked = (ask: Asked, handler: Handler = () => {}): Handler => Object.assign(handler, { [subscribing]: ask });

describe('A handler that is asked before it is subscribed', () => {
  it('sees its classes and its options', () => {
    const questions: unknown[] = [];
    const handler = asked((...question) => (questions.push(question), question[1]));
    new EventBus().subscribe([OrderPlaced, OrderShipped], handler, { priority: 3 });
    const options = { priority: 3, mode: 'sync', phase: 'immediate' };
    expect(questions).toEqual([[[OrderPlaced, OrderShipped], options]]);
  });

  it('may refuse, and nothing stays behind', () => {
    const bus = new EventBus();
    const handler = asked(() => {
      throw new TypeError('not for me');
    });
    expect(() => bus.subscribe(OrderPlaced, handler)).toThrow('not for me');
    expect(bus.subscriptions()).toEqual([]);
  });

  it('may give other options', () => {
    const handler = asked((_, options) => ({ ...options, priority: 7 }));
    expect(new EventBus().subscribe(OrderPlaced, handler, { priority: 3 }).priority).toBe(7);
  });

  it('is not asked about options that are wrong', () => {
    const handler = asked(() => {
      throw new Error('asked');
    });
    expect(() => new EventBus().subscribe(OrderPlaced, handler, { priority: Number.NaN })).toThrow(
      /'priority' must be/,
    );
  });

  it('is the same subscription when it gives the same options again', () => {
    const bus = new EventBus();
    const around = (run: () => unknown): unknown => run();
    const handler = asked((_, options) => ({ ...options, around }));
    expect(bus.subscribe(OrderPlaced, handler)).toBe(bus.subscribe(OrderPlaced, handler));
  });

  it('is asked as the handle of an object and of a marked class too', () => {
    const handle = asked(() => {
      throw new TypeError('not for me');
    });
    @On(OrderPlaced)
    class Receipts {
      handle = handle;
    }
    const bus = new EventBus();
    expect(() => bus.subscribe(OrderPlaced, { handle })).toThrow('not for me');
    expect(() => bus.register(new Receipts())).toThrow('not for me');
    expect(bus.subscriptions()).toEqual([]);
  });
});
