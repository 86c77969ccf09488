// The whole public API in one program that runs wherever JavaScript runs; run.mjs carries it to each runtime.
import {
  BusClosedError,
  EventBus,
  HandlerFailed,
  HandlerTimeoutError,
  On,
  PublishError,
  StoppableEvent,
  UnhandledEvent,
} from 'class-events';

class DomainEvent {}
class OrderPlaced extends DomainEvent {
  constructor(readonly orderId: string) {
    super();
  }
}
class OrderShipped extends DomainEvent {}
class LoginAttempted extends StoppableEvent {}

class Warehouse {
  readonly seen: string[] = [];

  @On(OrderPlaced, { priority: 10 })
  reserve(event: OrderPlaced): void {
    this.seen.push(`reserve ${event.orderId}`);
  }

  @On([OrderPlaced, OrderShipped])
  async log(event: OrderPlaced | OrderShipped): Promise<void> {
    await Promise.resolve();
    this.seen.push(`log ${event.constructor.name}`);
  }
}

let assertions = 0;

/** Compares as JSON, so that it needs nothing of its platform. */
function equal(actual: unknown, expected: unknown, what: string): void {
  assertions += 1;
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, got ${left}`);
}

async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('This should have been rejected.');
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function subscribes(): Promise<void> {
  const bus = new EventBus({ name: 'smoke' });
  const seen: string[] = [];
  bus.subscribe(OrderPlaced, async () => void seen.push('async'));
  bus.subscribe(DomainEvent, () => void seen.push('base'));
  const first = bus.subscribe(OrderPlaced, (event) => void seen.push(event.orderId), { priority: 1 });
  bus.subscribe(OrderShipped, { handle: () => void seen.push('object') }, { once: true });
  bus.subscribe(OrderPlaced, () => void seen.push('filtered'), { filter: (event) => event.orderId === 'o-2' });

  const published = bus.publish(new OrderPlaced('o-1'));
  equal(seen, ['o-1', 'base', 'async'], 'all have started, in order, when publish returns');
  const report = await published;
  equal(
    report.deliveries.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'skipped', 'fulfilled'],
    'the report',
  );
  equal(report.unhandled, false, 'a handled event');

  first.unsubscribe();
  equal(
    [first.active, bus.hasSubscribers(OrderPlaced), bus.subscriptions().length],
    [false, true, 4],
    'after unsubscribe',
  );
  seen.length = 0;
  await bus.publishAll([new OrderShipped(), new OrderShipped()]);
  equal(seen, ['base', 'object', 'base'], 'once, and publishAll');
  const reasons = bus.explain(new OrderPlaced('o-1')).map(({ runs, reason }) => [runs, reason]);
  equal(reasons.filter(([runs]) => runs === true).length, 2, 'explain: who runs');
  equal(
    reasons.some(([, reason]) => reason === 'filter'),
    true,
    'explain: who does not, and why',
  );
}

async function fails(): Promise<void> {
  const failures: HandlerFailed[] = [];
  const bus = new EventBus();
  const thrown = new Error('sync');
  const rejected = new Error('async');
  bus.subscribe(OrderPlaced, () => {
    throw thrown;
  });
  bus.subscribe(OrderPlaced, async () => {
    throw rejected;
  });
  bus.subscribe(HandlerFailed, (failure) => void failures.push(failure));

  const error = await rejection(bus.publish(new OrderPlaced('o-1')));
  equal(error instanceof PublishError && error.errors.length, 2, 'PublishError');
  equal(
    error instanceof PublishError && error.errors[0] === thrown && error.errors[1] === rejected,
    true,
    'same objects',
  );
  equal((await bus.publishSettled(new OrderPlaced('o-2'))).failures.length, 2, 'publishSettled');

  failures.length = 0;
  bus.emit(new OrderPlaced('o-3'));
  await bus.idle();
  equal(
    failures.map((failure) => failure.error === thrown || failure.error === rejected),
    [true, true],
    'HandlerFailed',
  );
  equal(
    failures.every((failure) => failure instanceof HandlerFailed && failure.event instanceof OrderPlaced),
    true,
    'its event',
  );

  const impatient = new EventBus();
  let aborted = false;
  const slow = async (_event: OrderPlaced, { signal }: { signal: { readonly aborted: boolean } }): Promise<void> => {
    await later(60);
    aborted = signal.aborted;
  };
  impatient.subscribe(OrderPlaced, slow, { timeout: 10 });
  const late = await impatient.publishSettled(new OrderPlaced('o-4'));
  equal(late.failures[0]?.reason instanceof HandlerTimeoutError, true, 'HandlerTimeoutError');
  await later(80);
  equal(aborted, true, 'the signal of a handler that timed out');
  equal(String(await rejection(impatient.publish({ plain: 'object' }))).startsWith('TypeError'), true, 'bad input');
}

async function nests(): Promise<void> {
  const bus = new EventBus();
  const seen: string[] = [];
  const unhandled: object[] = [];
  bus.subscribe(UnhandledEvent, ({ event }) => void unhandled.push(event));
  equal((await bus.publish(new OrderShipped())).unhandled, true, 'report.unhandled');
  equal(
    unhandled.map((event) => event instanceof OrderShipped),
    [true],
    'UnhandledEvent',
  );

  bus.subscribe(OrderPlaced, () => {
    bus.emit(new OrderShipped());
    seen.push('cause');
  });
  bus.subscribe(OrderPlaced, () => void seen.push('second handler of the cause'));
  bus.subscribe(OrderShipped, () => void seen.push('effect'));
  await bus.publish(new OrderPlaced('o-1'));
  equal(seen, ['cause', 'second handler of the cause', 'effect'], 'a nested emit is breadth first');

  bus.subscribe(LoginAttempted, (event) => event.stopPropagation(), { priority: 1 });
  bus.subscribe(LoginAttempted, () => void seen.push('never'));
  const { deliveries } = await bus.publish(new LoginAttempted());
  equal(
    deliveries.map(({ reason }) => reason ?? 'ran'),
    ['ran', 'stopped'],
    'StoppableEvent',
  );
}

async function waits(): Promise<void> {
  const bus = new EventBus();
  const second = bus.waitFor(OrderPlaced, { filter: (event) => event.orderId === 'o-2' });
  const stream = bus.stream(OrderPlaced, { capacity: 10 });
  await bus.publishAll([new OrderPlaced('o-1'), new OrderPlaced('o-2'), new OrderPlaced('o-3')]);
  equal((await second).orderId, 'o-2', 'waitFor');
  const taken: string[] = [];
  for await (const event of stream) {
    taken.push(event.orderId);
    if (taken.length === 3) break;
  }
  equal(taken, ['o-1', 'o-2', 'o-3'], 'stream');
  equal(bus.hasSubscribers(OrderPlaced), false, 'break unsubscribes');

  const abort = new AbortController();
  const waiting = rejection(bus.waitFor(OrderShipped, { signal: abort.signal }));
  abort.abort(new Error('enough'));
  equal(String(await waiting), 'Error: enough', 'waitFor, aborted');
}

async function registers(): Promise<void> {
  const bus = new EventBus();
  const warehouse = new Warehouse();
  const group = bus.register(warehouse);
  equal([group.active, group === bus.register(warehouse), bus.subscriptions().length], [true, true, 2], 'register');
  await bus.publish(new OrderPlaced('o-1'));
  await bus.publish(new OrderShipped());
  const { name: placed } = OrderPlaced; // minified in a bundle
  equal(warehouse.seen, ['reserve o-1', `log ${placed}`, `log ${OrderShipped.name}`], '@On, in the standard dialect');
  equal([bus.unregister(warehouse), bus.unregister(warehouse), group.active], [true, false, false], 'unregister');
}

async function registersWeakly(collectGarbage: (() => void) | undefined): Promise<void> {
  const bus = new EventBus();
  const kept = new Warehouse();
  bus.register(kept, { weak: true });
  await bus.publish(new OrderPlaced('o-1'));
  equal(kept.seen.length, 2, 'a weak subscriber that somebody holds');
  bus.unregister(kept);
  if (collectGarbage === undefined) return;

  (() => bus.register(new Warehouse(), { weak: true }))();
  for (let turn = 0; turn < 50 && bus.subscriptions().length > 0; turn += 1) {
    await later(10);
    collectGarbage();
  }
  equal(bus.subscriptions().length, 0, 'a weak subscriber that nobody holds');
}

async function observes(): Promise<void> {
  const bus = new EventBus();
  const steps: string[] = [];
  const stop = bus.observe({
    onPlan: ({ subscriptions }) => void steps.push(`plan of ${subscriptions.length}`),
    onDelivery: ({ status }) => void steps.push(status),
    onReport: ({ unhandled }) => void steps.push(`unhandled: ${unhandled}`),
  });
  bus.subscribe(OrderPlaced, () => undefined);
  await bus.publish(new OrderPlaced('o-1'));
  stop();
  await bus.publish(new OrderPlaced('o-2'));
  equal(steps, ['plan of 1', 'waiting', 'executing', 'fulfilled', 'unhandled: false'], 'observe');
}

async function closes(): Promise<void> {
  const bus = new EventBus({ name: 'closing' });
  const seen: string[] = [];
  bus.subscribe(OrderPlaced, async () => {
    await later(5);
    seen.push('finished');
  });
  const waiting = rejection(bus.waitFor(OrderShipped));
  bus.emit(new OrderPlaced('o-1'));
  const closing = bus.close({ timeout: 1_000 });
  equal(closing === bus.close(), true, 'closing twice is the same promise');
  await closing;
  equal(seen, ['finished'], 'close waits');
  equal((await waiting) instanceof BusClosedError, true, 'close ends waitFor');
  equal((await rejection(bus.publish(new OrderPlaced('o-2')))) instanceof BusClosedError, true, 'a closed bus refuses');
}

/** Resolves to the number of assertions that held. */
export async function smoke(collectGarbage?: () => void): Promise<number> {
  assertions = 0;
  await subscribes();
  await fails();
  await nests();
  await waits();
  await registers();
  await registersWeakly(collectGarbage);
  await observes();
  await closes();
  return assertions;
}
