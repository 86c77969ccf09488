import {
  CascadeError,
  EventBus,
  type EventClass,
  type Handler,
  type HandlerOptions,
  PublishError,
  type PublishReport,
  type Subscription,
} from 'class-events';
import * as fc from 'fast-check';
import { runs } from '../support/runs.js';
import {
  type Action,
  enough,
  type HandlerScript,
  modelOf,
  type Program,
  type Story,
  type SubscribeAction,
} from './model.js';

class Numbered {
  constructor(readonly serial: number) {}
}
class First extends Numbered {}
class Second extends First {}
class Third extends Second {}
class Sibling extends First {}
const eventClasses = [Numbered, First, Second, Third, Sibling] as const;
const keys: readonly EventClass[] = [...eventClasses, Object];
const numberOf = (event: object): number => keys.indexOf(event.constructor);

const filters = {
  none: undefined,
  even: (event: object) => (event as Numbered).serial % 2 === 0,
  throwing: (event: object) => {
    if ((event as Numbered).serial % 3 === 0) throw new Error('filter');
    return true;
  },
};

/** Plays a program on a real bus. */
async function storyOf({ inheritance, maxDepth, handlers, actions }: Program): Promise<Story> {
  const story: Story = { calls: [], reports: [], lost: [], subscribed: [] };
  const bus = new EventBus({
    inheritance,
    maxDepth,
    onError: ({ error }) => story.lost.push(`rejected: ${labelOf(error)}`),
  });
  const handles: Subscription[] = [];
  const published: Promise<void>[] = [];
  const functions = handlers.map(functionOf);
  let serial = 0;
  let publishes = 0;

  function functionOf(script: HandlerScript, index: number): Handler {
    let calls = 0;
    const start = (event: object): Error | undefined => {
      const call = ++calls;
      story.calls.push(`${index}(${numberOf(event)}#${(event as Numbered).serial})`);
      if (story.calls.length < enough) for (const action of script.actions) play(action);
      return script.end === 'returns' ? undefined : new Error(`${index}, call ${call}`);
    };
    if (script.isAsync) {
      return async (event) => {
        const error = start(event);
        if (script.end === 'rejects later') await Promise.resolve();
        if (error) throw error;
      };
    }
    return (event) => {
      const error = start(event);
      if (error && script.end === 'throws') throw error;
      return error && Promise.reject(error);
    };
  }

  function play(action: Action): void {
    switch (action.do) {
      case 'subscribe':
        return subscribe(action);
      case 'unsubscribe':
        return handles[action.subscription % Math.max(handles.length, 1)]?.unsubscribe();
      case 'unsubscribe pair':
        return void bus.unsubscribe(keys[action.from] as EventClass, functions[action.handler] as Handler);
      case 'emit':
        return bus.emit(new eventClasses[action.event](serial++));
      case 'publish':
      case 'publishSettled': {
        const index = publishes++;
        published.push(
          bus[action.do](new eventClasses[action.event](serial++)).then(
            (report) => void (story.reports[index] = outcomesOf(report)),
            (error: unknown) => void (story.reports[index] = outcomesOfError(error)),
          ),
        );
      }
    }
  }

  function subscribe({ to, handler, mode, priority, filter, once, exact }: SubscribeAction): void {
    const options: HandlerOptions = { mode, priority, filter: filters[filter], once, exact, name: String(handler) };
    const list = to.map((each) => keys[each] as EventClass);
    const subscribed = functions[handler] as Handler;
    try {
      const [only] = list as [EventClass];
      handles.push(
        list.length === 1 ? bus.subscribe(only, subscribed, options) : bus.subscribe(list, subscribed, options),
      );
    } catch {
      story.calls.push('refused');
    }
  }

  for (const action of actions) play(action);
  await bus.idle();
  await Promise.all(published);
  for (const subscription of bus.subscriptions()) {
    story.subscribed.push(
      `${subscription.name} to ${subscription.eventClasses.map((each) => keys.indexOf(each)).join()}`,
    );
  }
  return story;
}

const labelOf = (error: unknown): string => (error instanceof CascadeError ? 'cascade' : (error as Error).message);

function outcomesOf({ deliveries }: PublishReport): string[] {
  return deliveries.map(({ status, reason }) => {
    return status === 'rejected'
      ? `rejected: ${labelOf(reason)}`
      : reason === undefined
        ? status
        : `${status}: ${reason}`;
  });
}

function outcomesOfError(error: unknown): string[] {
  if (!(error instanceof PublishError)) return [labelOf(error)];
  expect(error.errors).toEqual(error.report.failures.map(({ reason }) => reason));
  return outcomesOf(error.report);
}

const handlerCount = 5;
const event = fc.constantFrom(0, 1, 2, 3, 4);
const key = fc.constantFrom(0, 1, 2, 3, 4, 5);
const handler = fc.nat(handlerCount - 1);
const subscribing: fc.Arbitrary<SubscribeAction> = fc.record({
  do: fc.constant('subscribe'),
  to: fc.oneof({ weight: 3, arbitrary: fc.tuple(key) }, fc.uniqueArray(key, { minLength: 1, maxLength: 3 })),
  handler,
  mode: fc.constantFrom(undefined, undefined, 'sync', 'async'),
  priority: fc.constantFrom(0, 0, 0, 1, -1),
  filter: fc.constantFrom('none', 'none', 'none', 'even', 'throwing'),
  once: fc.constantFrom(false, false, false, true),
  exact: fc.constantFrom(false, false, false, true),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: subscribing },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe'), subscription: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe pair'), from: key, handler }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('publish', 'publishSettled', 'emit'), event }) },
);
const script: fc.Arbitrary<HandlerScript> = fc.record({
  isAsync: fc.boolean(),
  actions: fc.array(action, { maxLength: 3 }),
  end: fc.constantFrom('returns', 'returns', 'throws', 'rejects later'),
});
const program: fc.Arbitrary<Program> = fc.record({
  inheritance: fc.constantFrom(true, true, true, false),
  maxDepth: fc.integer({ min: 1, max: 5 }),
  handlers: fc.array(script, { minLength: handlerCount, maxLength: handlerCount }),
  // Most programs start with somebody subscribed.
  actions: fc
    .tuple(fc.array(subscribing, { maxLength: 8 }), fc.array(action, { maxLength: 8 }))
    .map((parts) => parts.flat()),
});

describe('The bus and a model of it', () => {
  it('tell the same story of every program', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (each: Program) => {
        const [actual, expected] = [await storyOf(each), modelOf(each)];
        expect({ ...actual, lost: actual.lost.sort() }).toEqual({ ...expected, lost: expected.lost.sort() });
      }),
      runs(1000),
    );
  });

  it('have something to tell: programs reach every outcome', () => {
    const outcomes = new Set<string>();
    for (const each of fc.sample(program, { numRuns: 1000, seed: 7 })) {
      const { calls, reports, lost } = modelOf(each);
      for (const outcome of [...reports.flat(), ...lost.map((one) => `lost ${one}`)]) {
        outcomes.add(outcome.replace(/\d+, call \d+/, 'handler'));
      }
      if (calls.includes('refused')) outcomes.add('refused');
      if (calls.length >= enough) outcomes.add('enough');
    }
    expect([...outcomes].sort()).toEqual([
      'cascade',
      'enough',
      'fulfilled',
      'lost rejected: cascade',
      'lost rejected: filter',
      'lost rejected: handler',
      'refused',
      'rejected: cascade',
      'rejected: filter',
      'rejected: handler',
      'skipped: filter',
      'skipped: shadowed',
      'skipped: unsubscribed',
    ]);
  });
});
