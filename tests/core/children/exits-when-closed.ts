import { EventBus } from '../../../src/index.js';

/** Uses all that could keep a process alive, closes the bus and ends: the process has to exit by itself. */
class Event {}

async function main(): Promise<void> {
  const bus = new EventBus();
  bus.subscribe(Event, async () => undefined, { timeout: 2_000_000 });
  bus.subscribe(Event, () => undefined, { signal: AbortSignal.timeout(2_000_000) });
  const waiting = bus.waitFor(Event, { filter: () => false }).then(String, (error: Error) => error.name);
  const stream = bus.stream(Event);
  await bus.publish(new Event());
  await bus.close({ timeout: 2_000_000 });
  process.stdout.write(`closed, ${await waiting}, ${JSON.stringify(await stream.next())}\n`);

  // A bus that is merely dropped with somebody waiting holds nothing either.
  void new EventBus().waitFor(Event);
  new EventBus().stream(Event);

  // Nor does one that was closed by its timeout.
  const late = new EventBus();
  late.subscribe(Event, () => new Promise(() => undefined));
  late.emit(new Event());
  await late.close({ timeout: 1 }).catch((error: Error) => process.stdout.write(`${error.name}\n`));
}

void main();
