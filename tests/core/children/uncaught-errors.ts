import { EventBus, HandlerFailed, type HandlerOptions } from '../../../src/index.js';
import { Deferred } from '../../support/deferred.js';

/** Lets failures reach nobody, in every way, one after another, and prints what the platform was told. */
const told = { uncaughtException: [] as string[], unhandledRejection: [] as string[] };
const nameOf = (error: unknown): string =>
  error instanceof Error ? (error.name === 'Error' ? error.message : error.name) : String(error);
process.on('uncaughtException', (error: unknown) => told.uncaughtException.push(nameOf(error)));
process.on('unhandledRejection', (error: unknown) => told.unhandledRejection.push(nameOf(error)));

class Event {}

function fail(message: string): never {
  throw new Error(message);
}

function subscribed(bus: EventBus, handler: () => unknown, options?: HandlerOptions): EventBus {
  bus.subscribe(Event, handler, options);
  return bus;
}

async function emitted(bus: EventBus): Promise<void> {
  bus.emit(new Event());
  await bus.idle();
  await new Promise((resolve) => setImmediate(resolve));
}

async function main(): Promise<void> {
  await emitted(subscribed(new EventBus(), () => fail('sync')));
  await emitted(
    subscribed(new EventBus(), async () => {
      await Promise.resolve();
      fail('async');
    }),
  );
  // eslint-disable-next-line prefer-promise-reject-errors -- handlers do this
  await emitted(subscribed(new EventBus(), () => Promise.reject('rejected with a string')));
  await emitted(subscribed(new EventBus(), () => fail('async handler that throws at once'), { mode: 'async' }));

  const late = new Deferred();
  await emitted(subscribed(new EventBus(), () => late.promise, { timeout: 1 }));
  late.reject(new Error('a late rejection'));

  const withBrokenLogger = subscribed(new EventBus(), () => fail('logged'));
  withBrokenLogger.subscribe(HandlerFailed, () => fail('HandlerFailed handler'));
  await emitted(withBrokenLogger);

  const withBrokenOnError = new EventBus({ onError: () => fail('onError') });
  await emitted(subscribed(withBrokenOnError, () => fail('what onError was told')));

  const observed = new EventBus();
  observed.observe({ onReport: () => fail('observer') });
  await emitted(subscribed(observed, () => undefined));

  const filtered = subscribed(new EventBus(), () => fail('dropped by a filter'));
  filtered.subscribe(HandlerFailed, () => undefined, { filter: () => false });
  await emitted(filtered);

  void subscribed(new EventBus(), () => fail('dropped')).publish(new Event());
  await new Promise((resolve) => setImmediate(resolve));
}

void main().then(() => process.stdout.write(JSON.stringify(told)));
