import { EventBus, type HandlerContext, On } from 'class-events';
import { type RunUnitOfWork, transactional, withoutUnitOfWork } from 'class-events/domain';
import { OrderPaid, OrderPlaced } from '../support/orders.js';

let bus: EventBus;
let unitOfWork: RunUnitOfWork<string>;
let transactions: number;
/** What the handlers were given as their transaction, in the order of the calls. */
let given: unknown[];

beforeEach(() => {
  bus = new EventBus();
  transactions = 0;
  given = [];
  unitOfWork = transactional<string>(bus, (run) => run(`t-${++transactions}`), {
    savepoint: (transaction, run) => run(`${transaction}.s`),
  });
});

const note = (_: object, { transaction }: HandlerContext): void => void given.push(transaction);

describe('context.transaction', () => {
  it('is that of the open unit of work for an immediate handler, of either mode, published or emitted', async () => {
    bus.subscribe(OrderPlaced, note);
    bus.subscribe(OrderPlaced, async (_, { transaction }) => given.push(transaction));
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    await unitOfWork(() => bus.emit(new OrderPlaced()));
    expect(given).toEqual(['t-1', 't-1', 't-2', 't-2']);
  });

  it('is that of the open unit of work before the commit', async () => {
    bus.subscribe(OrderPlaced, note, { phase: 'beforeCommit' });
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(given).toEqual(['t-1']);
  });

  it.each([
    ['a timeout', { timeout: 5_000 }],
    ['an around', { around: (run: () => unknown) => run() }],
    ['a filter', { filter: () => true }],
    ['once', { once: true }],
  ])('is there for a handler with %s too, in both phases', async (_, options) => {
    bus.subscribe(OrderPlaced, note, options);
    bus.subscribe(OrderPlaced, (event, context) => note(event, context), { ...options, phase: 'beforeCommit' });
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(given).toEqual(['t-1', 't-1']);
  });

  it('is there beside a signal of the publisher, for several handlers, and while somebody observes', async () => {
    bus.subscribe(OrderPlaced, note);
    bus.subscribe(OrderPlaced, (event, context) => note(event, context));
    await unitOfWork(() => bus.publish(new OrderPlaced(), { signal: new AbortController().signal }));
    bus.observe({ onReport: () => undefined });
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(given).toEqual(['t-1', 't-1', 't-2', 't-2']);
  });

  it('is there for methods under @On, by instance and by class', async () => {
    class Ledger {
      @On(OrderPlaced)
      book(event: OrderPlaced, context: HandlerContext): void {
        note(event, context);
      }
    }
    bus.register(new Ledger());
    bus.registerClass(class extends Ledger {}, (its) => new its());
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(given).toEqual(['t-1', 't-1']);
  });

  it('is there for the events that handlers publish', async () => {
    bus.subscribe(OrderPlaced, () => bus.publish(new OrderPaid()));
    bus.subscribe(OrderPaid, note);
    bus.subscribe(OrderPaid, (event, context) => note(event, context), { phase: 'beforeCommit' });
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(given).toEqual(['t-1', 't-1']);
  });

  it('is that of the savepoint at the publish, and that of the whole before the commit', async () => {
    bus.subscribe(OrderPlaced, note);
    bus.subscribe(OrderPlaced, (event, context) => note(event, context), { phase: 'beforeCommit' });
    await unitOfWork(() => unitOfWork(() => bus.publish(new OrderPlaced())));
    expect(given).toEqual(['t-1.s', 't-1']);
  });

  it.each(['afterCommit', 'afterCompletion'] as const)('is undefined in the phase %s', async (phase) => {
    bus.subscribe(OrderPlaced, note, { phase });
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(given).toEqual([undefined]);
  });

  it('is undefined in the phase afterRollback', async () => {
    bus.subscribe(OrderPlaced, note, { phase: 'afterRollback' });
    const rolledBack = unitOfWork(async () => {
      await bus.publish(new OrderPlaced());
      throw new Error('no stock');
    });
    await expect(rolledBack).rejects.toThrow('no stock');
    expect(given).toEqual([undefined]);
  });

  it('is undefined outside of a unit of work, by withoutUnitOfWork, and on a bus without any', async () => {
    bus.subscribe(OrderPlaced, note);
    await bus.publish(new OrderPlaced());
    await unitOfWork(() => withoutUnitOfWork(() => bus.publish(new OrderPlaced())));
    const other = new EventBus();
    other.subscribe(OrderPlaced, note);
    await other.publish(new OrderPlaced());
    await other.publish(new OrderPlaced(), { signal: new AbortController().signal });
    expect(given).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is undefined when the unit of work has ended', async () => {
    bus.subscribe(OrderPlaced, note);
    let outlived: Promise<unknown> = Promise.resolve();
    await unitOfWork(() => {
      outlived = new Promise((resolve) => setImmediate(resolve)).then(() => bus.publish(new OrderPlaced()));
    });
    await outlived;
    expect(given).toEqual([undefined]);
  });

  it('is that of the bus that publishes, inside of the unit of work of another bus', async () => {
    const other = new EventBus();
    other.subscribe(OrderPlaced, note);
    await unitOfWork(() => other.publish(new OrderPlaced()));
    const otherUnitOfWork = transactional<string>(other, (run) => run('another'));
    await unitOfWork(() => otherUnitOfWork(() => other.publish(new OrderPlaced())));
    expect(given).toEqual([undefined, 'another']);
  });
});
