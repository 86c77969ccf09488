import { EventBus } from 'class-events';

class OrderPlaced {}

export const bus = new EventBus();
bus.subscribe(OrderPlaced, function sendReceipt() {});

const fail = (): never => {
  throw new Error('lost the connection');
};

/** What a composition root must not do, by name. */
const misdeeds: Record<string, () => unknown> = {
  'exits with 0': () => process.exit(0),
  'exits with 3': () => process.exit(3),
  'exits a moment later': () => setImmediate(() => process.exit(0)),
  'chooses an exit code': () => process.on('exit', () => void (process.exitCode = 0)),
  rejects: () => void Promise.reject(new Error('lost the connection')),
  'rejects a moment later': () => void new Promise((resolve) => setImmediate(resolve)).then(fail),
  'throws in a microtask': () => queueMicrotask(fail),
  'throws in the next tick': () => process.nextTick(fail),
  'throws in a timer': () => setTimeout(fail, 0),
  'throws in the next turn': () => setImmediate(fail),
  'throws what is no text': () => {
    // oxlint-disable-next-line typescript/only-throw-error -- a composition root may
    throw Object.assign(Object.create(null) as object, { not: 'a text' });
  },
  'throws in colours': () => {
    throw new Error('\u001b[31mred \u202edetrevni\u2028');
  },
  prints: () => {
    // oxlint-disable-next-line no-console -- a composition root may
    console.log('by the console');
    process.stdout.write('by the stream\n');
  },
  'replaces the timers': () => {
    globalThis.setTimeout = (() => 0) as never;
    globalThis.setImmediate = (() => 0) as never;
  },
};
misdeeds[process.env['MISDEED']!]!();
