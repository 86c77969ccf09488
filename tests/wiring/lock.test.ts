import { EventBus, type HandlerOptions } from 'class-events';
import { describeWiring } from 'class-events/wiring';
import * as fc from 'fast-check';
import { differenceOf } from '../../src/wiring/lock-difference.js';
import { lockFrom, lockOf, lockText, type WiringLock } from '../../src/wiring/lock.js';
import { awkwardName } from './names.js';

interface Subscribed {
  readonly event: string;
  readonly handler: string;
  readonly options: HandlerOptions;
}

/** The lock of a bus on which these were subscribed, in this order; each event class extends the one before it. */
function locked(subscribed: readonly Subscribed[], line = 1): WiringLock {
  const bus = new EventBus({ name: `bus ${line}` });
  const classes = new Map<string, new () => object>();
  let Base: new () => object = class {};
  for (const { event, handler, options } of subscribed) {
    if (!classes.has(event)) classes.set(event, (Base = { [event]: class extends Base {} }[event]!));
    bus.subscribe(classes.get(event)!, () => {}, { ...options, name: handler });
  }
  return lockOf(describeWiring(bus, { locate: () => ({ file: 'shop.ts', line, column: 1 }) }));
}

const subscribed: fc.Arbitrary<Subscribed> = fc.record({
  event: fc.oneof(fc.constantFrom('A', 'B', '10', '9', '__proto__', 'constructor'), awkwardName),
  handler: fc.oneof(fc.constantFrom('send', 'note', '__proto__'), awkwardName),
  options: fc.record<HandlerOptions>(
    {
      priority: fc.integer({ min: -2, max: 2 }),
      mode: fc.constantFrom('sync', 'async'),
      once: fc.boolean(),
      timeout: fc.constantFrom(10, 20),
      exact: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
});
const programs = fc.array(subscribed, { maxLength: 6 });

describe('the lock', () => {
  it('has a line for each handler, and says only what is not as usual', () => {
    const lock = locked([
      { event: 'OrderEvent', handler: 'journal', options: { mode: 'async' } },
      { event: 'OrderPlaced', handler: 'reserve', options: { priority: 10, once: true } },
    ]);
    expect(lockText(lock)).toBe(`{
  "version": 1,
  "events": {
    "OrderEvent": [
      { "handler": "journal", "mode": "async" }
    ],
    "OrderPlaced": [
      { "handler": "reserve", "mode": "sync", "priority": 10, "once": true },
      { "handler": "journal", "mode": "async", "by": "OrderEvent" }
    ]
  }
}
`);
  });

  it('the lock of nothing is empty', () => {
    expect(lockText(locked([]))).toBe('{\n  "version": 1,\n  "events": {}\n}\n');
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(programs, (program) => {
        const lock = locked(program);
        expect(lockFrom(lockText(lock))).toEqual(lock);
      }),
    );
  });

  it('does not depend on where handlers stand, nor on the name of the bus', () => {
    fc.assert(
      fc.property(programs, fc.nat(), (program, line) => {
        expect(lockText(locked(program, line))).toBe(lockText(locked(program)));
      }),
    );
  });
});

describe('the difference of two locks', () => {
  it('is nothing exactly when they are equal', () => {
    fc.assert(
      fc.property(programs, programs, (one, other) => {
        const [before, after] = [locked(one), locked(other)];
        expect(differenceOf(before, before)).toEqual([]);
        expect(differenceOf(before, after).length === 0).toBe(lockText(before) === lockText(after));
      }),
    );
  });

  it('the difference of two locks of the same subscriptions in another order is nothing exactly when they are equal', () => {
    const shuffled = programs.chain((program) =>
      fc.tuple(fc.constant(program), fc.shuffledSubarray(program, { minLength: program.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const [before, after] = [locked(one), locked(other)];
        expect(differenceOf(before, after).length === 0).toBe(lockText(before) === lockText(after));
      }),
    );
  });

  it('the difference of two locks the other way round has the same changes, added for lost', () => {
    const opposite = { added: 'lost', lost: 'added', changed: 'changed', reordered: 'reordered' };
    fc.assert(
      fc.property(programs, programs, (one, other) => {
        const [before, after] = [locked(one), locked(other)];
        const forth = differenceOf(before, after).map(({ kind, events }) => [opposite[kind], ...events].join());
        const back = differenceOf(after, before).map(({ kind, events }) => [kind, ...events].join());
        expect(forth.sort()).toEqual(back.sort());
      }),
    );
  });

  it('names a handler that was put beside another of its name', () => {
    const send: Subscribed = { event: 'A', handler: 'send', options: {} };
    expect(differenceOf(locked([send]), locked([send, send]))).toEqual([
      { kind: 'added', what: 'send#2 (sync)', events: ['A'] },
    ]);
  });

  it('says what an option was and is', () => {
    const send = (options: HandlerOptions): WiringLock => locked([{ event: 'A', handler: 'send', options }]);
    expect(differenceOf(send({ timeout: 10 }), send({ once: true, timeout: 20 }))).toEqual([
      { kind: 'changed', what: 'send: timeout 10 → 20, once as usual → yes', events: ['A'] },
    ]);
  });
});
