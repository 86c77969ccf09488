import { EventBus, type HandlerOptions } from 'class-events';
import * as fc from 'fast-check';
import { afterMicrotasks } from '../support/deferred.js';
import { OrderPlaced } from '../support/orders.js';
import { runs } from '../support/runs.js';

/** What a handler may answer with, and how it may fail: by name, so that a counterexample can be read. */
const answers = {
  'a value': ({ value }) => value,
  nothing: () => undefined,
  'a throw': ({ error }) => {
    throw error;
  },
  'a resolved promise': ({ value }) => Promise.resolve(value),
  'a rejected promise': ({ error }) => Promise.reject(error),
  'a promise that resolves later': ({ later, value }) => later.then(() => value),
  'a promise that rejects later': ({ later, error }) => later.then(() => Promise.reject(error)),
  'a promise of a promise': ({ later, error }) => Promise.resolve(later.then(() => Promise.reject(error))),
  'a thenable that resolves at once': ({ value }) => thenable((resolve) => resolve(value)),
  'a thenable that rejects at once': ({ error }) => thenable((_, reject) => reject(error)),
  'a thenable that resolves later': ({ later, value }) => thenable((resolve) => void later.then(() => resolve(value))),
  'a thenable that rejects later': ({ later, error }) => thenable((_, reject) => void later.then(() => reject(error))),
  'a thenable of a thenable': ({ error }) => thenable((resolve) => resolve(thenable((_, reject) => reject(error)))),
  'a thenable that resolves twice, then rejects': ({ value, error }) =>
    thenable((resolve, reject) => {
      resolve(value);
      resolve(value);
      reject(error);
    }),
  'a thenable that rejects, then resolves later': ({ later, value, error }) =>
    thenable((resolve, reject) => {
      reject(error);
      void later.then(() => resolve(value));
    }),
  'a thenable that throws': ({ error }) =>
    thenable(() => {
      throw error;
    }),
  'a thenable that resolves, then throws': ({ value, error }) =>
    thenable((resolve) => {
      resolve(value);
      throw error;
    }),
  'a thenable that returns a rejected promise of its own': ({ value, error }) =>
    thenable((resolve) => {
      resolve(value);
      const own = Promise.reject(error);
      own.catch(() => undefined);
      return own;
    }),
  'a function that is a thenable': ({ error }) =>
    Object.assign(
      () => undefined,
      thenable((_, reject) => reject(error)),
    ),
  'a getter that throws': ({ error }) => ({
    // eslint-disable-next-line unicorn/no-thenable -- the case that is tested
    get then(): never {
      throw error;
    },
  }),
  // eslint-disable-next-line unicorn/no-thenable -- the case that is tested
  'a then that is no function': () => ({ then: 'later' }),
  'a lazy promise that resolves': ({ value }) => new Lazy((resolve) => resolve(value)),
  'a lazy promise that rejects later': ({ later, error }) =>
    new Lazy((_, reject) => void later.then(() => reject(error))),
} satisfies Record<string, (materials: Materials) => unknown>;

interface Materials {
  readonly value: unknown;
  readonly error: unknown;
  /** Resolves when the test lets it. */
  readonly later: Promise<void>;
}

type Then = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => unknown;

function thenable(then: Then): { then: Then } {
  // eslint-disable-next-line unicorn/no-thenable -- the case that is tested
  return { then };
}

/** A promise that begins when somebody waits for it. */
class Lazy extends Promise<unknown> {
  readonly #begin: Then;

  constructor(begin: Then) {
    super(() => undefined);
    this.#begin = begin;
  }

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // eslint-disable-next-line unicorn/no-thenable -- the case that is tested
  override then<A, B>(
    fulfilled: (value: unknown) => A | PromiseLike<A>,
    rejected: (error: unknown) => B | PromiseLike<B>,
  ): Promise<A | B> {
    return new Promise(this.#begin).then(fulfilled, rejected);
  }
}

interface Answer {
  readonly name: keyof typeof answers;
  /** Who is let go first of those that wait. */
  readonly rank: number;
}

/** One side of the comparison: its answers, and how to let those that wait go. */
class Side {
  readonly #waiting: { readonly rank: number; readonly release: () => void }[] = [];
  readonly makers: (() => unknown)[];

  constructor(given: readonly Answer[], errors: readonly unknown[]) {
    this.makers = given.map(({ name, rank }, index) => () => {
      const later = new Promise<void>((release) => this.#waiting.push({ rank, release }));
      return answers[name]({ value: { index }, error: errors[index], later });
    });
  }

  async letGo(): Promise<void> {
    for (const { release } of this.#waiting.sort((one, other) => one.rank - other.rank)) {
      release();
      await afterMicrotasks();
    }
  }
}

const kinds: Record<string, HandlerOptions> = {
  'async handlers': { mode: 'async' },
  'sync handlers that return promises': { mode: 'sync' },
  'handlers with a timeout': { mode: 'async', timeout: 1_000_000 },
  'handlers with an around': { mode: 'async', around: (run) => run() },
  'handlers with an around that awaits': { mode: 'sync', around: async (run) => run() },
};

const givenAnswers: fc.Arbitrary<Answer[]> = fc.array(
  fc.record({ name: fc.constantFrom(...(Object.keys(answers) as (keyof typeof answers)[])), rank: fc.nat(9) }),
  { maxLength: 8 },
);

describe.each(Object.entries(kinds))('Deliveries of %s', (_, options) => {
  it('settle as Promise.allSettled would have it', async () => {
    await fc.assert(
      fc.asyncProperty(givenAnswers, async (given) => {
        // A fresh one for each, as whatever is thrown has to arrive as the very same object.
        const errors = given.map((_each, index) => ({ index }));

        const expectedSide = new Side(given, errors);
        const expected = Promise.allSettled(expectedSide.makers.map(called));
        await expectedSide.letGo();

        const side = new Side(given, errors);
        const bus = new EventBus();
        for (const make of side.makers) bus.subscribe(OrderPlaced, make, options);
        let settled = false;
        const published = bus.publishSettled(new OrderPlaced()).finally(() => (settled = true));
        await afterMicrotasks();
        expect(settled).toBe(!given.some(({ name }) => keepsWaiting(name)));
        await side.letGo();

        const { deliveries } = await published;
        const settlements = await expected;
        expect(deliveries.map(({ status }) => status)).toEqual(settlements.map(({ status }) => status));
        deliveries.forEach(({ reason }, index) => {
          const settlement = settlements[index] as PromiseSettledResult<unknown>;
          expect(reason).toBe(settlement.status === 'rejected' ? settlement.reason : undefined);
        });
      }),
      runs(150),
    );
  });
});

describe('A delivery settles once, where Promise.allSettled would give up:', () => {
  const error = new Error('broken then');

  it.each<[string, (resolve: () => void, reject: (error: unknown) => void) => unknown, string]>([
    [
      'a promise whose own then throws',
      () => {
        throw error;
      },
      'rejected',
    ],
    [
      'a promise whose own then answers twice',
      (resolve, reject) => {
        resolve();
        reject(error);
      },
      'fulfilled',
    ],
    [
      'a promise whose own then answers and throws',
      (_, reject) => {
        reject(error);
        throw new Error('too late');
      },
      'rejected',
    ],
  ])('%s', async (_, then, expected) => {
    const bus = new EventBus();
    // eslint-disable-next-line unicorn/no-thenable -- the case that is tested
    bus.subscribe(OrderPlaced, () => Object.assign(Promise.resolve(), { then }));
    const { deliveries } = await bus.publishSettled(new OrderPlaced());
    expect(deliveries.map(({ status }) => status)).toEqual([expected]);
    expect(deliveries[0]?.reason).toBe(expected === 'rejected' ? error : undefined);
    await bus.close();
  });
});

/** Whether nothing but letting it go settles it. */
function keepsWaiting(name: keyof typeof answers): boolean {
  return (
    (name.endsWith(' later') || name === 'a promise of a promise') && !name.startsWith('a thenable that rejects, then')
  );
}

function called(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return Promise.reject(error);
  }
}
