import { EventBus } from '../../../src/index.js';

/** Waits for events that never come, on a bus that is never closed: the process has to exit by itself. */
class Event {}

async function main(): Promise<void> {
  const bus = new EventBus();
  bus.waitFor(Event).catch(() => undefined);
  bus.waitFor(Event, { signal: AbortSignal.timeout(2_000_000) }).catch(() => undefined);
  void bus.stream(Event).next();
  void bus.stream(Event, { signal: AbortSignal.timeout(2_000_000) }).next();
  await bus.idle();
  process.stdout.write('idle\n');
}

process.on('exit', () => process.stdout.write('ended\n'));
void main();
