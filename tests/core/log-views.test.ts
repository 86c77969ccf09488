import { inspect } from 'node:util';
import { EventBus, HandlerFailed, type PublishReport } from 'class-events';
import { AfterCommitError, transactional } from 'class-events/domain';
import { publishErrorOf, rejectionOf } from '../support/rejection.js';

class UserRegistered {
  readonly email = 'a@example.org';
  readonly password = 'hunter2';
}

/** All that a log may make of a value. */
const views: [string, (value: unknown) => string][] = [
  ['util.inspect', (value) => inspect(value)],
  ['util.inspect without a limit of depth', (value) => inspect(value, { depth: Infinity })],
  ['JSON.stringify', (value) => JSON.stringify(value)],
  ['String', String],
];

describe('What a log shows of a failure', () => {
  let bus: EventBus;
  beforeEach(() => {
    bus = new EventBus();
    bus.subscribe(UserRegistered, () => undefined, { name: 'count' });
    bus.subscribe(
      UserRegistered,
      async () => {
        throw new Error('smtp down');
      },
      { name: 'mail' },
    );
  });

  const publishError = (): Promise<unknown> => publishErrorOf(bus.publish(new UserRegistered()));
  const manyErrors = (): Promise<unknown> =>
    publishErrorOf(bus.publishAll([new UserRegistered(), new UserRegistered()]));
  const afterCommitError = async (): Promise<unknown> => {
    const late = new EventBus();
    late.subscribe(UserRegistered, () => Promise.reject(new Error('smtp down')), {
      name: 'mail',
      phase: 'afterCommit',
    });
    const unitOfWork = transactional(late, (run) => run({}), { afterCommitFailures: 'reject' });
    const work = unitOfWork(async () => {
      await late.publish(new UserRegistered());
      return new UserRegistered();
    });
    const error = await rejectionOf(work);
    expect(error).toBeInstanceOf(AfterCommitError);
    return error;
  };
  const wrapped = async (): Promise<unknown> => new Error('the request failed', { cause: await publishError() });
  const handlerFailed = (): Promise<unknown> =>
    new Promise((resolve) => {
      bus.subscribe(HandlerFailed, resolve);
      bus.emit(new UserRegistered());
    });
  const settledReport = (): Promise<PublishReport> => bus.publishSettled(new UserRegistered());
  const deliveries = async (): Promise<unknown> => (await settledReport()).deliveries;

  describe.each([
    ['a PublishError', publishError],
    ['a PublishError of several events', manyErrors],
    ['an AfterCommitError', afterCommitError],
    ['a HandlerFailed', handlerFailed],
    ['a report', settledReport],
  ])('%s', (_, make) => {
    it.each(views.slice(0, 3))(
      'by %s says who failed and why, and nothing of the event but its class',
      async (_view, show) => {
        const shown = show(await make());
        expect(shown).toContain('mail');
        expect(shown).toContain('Error: smtp down');
        expect(shown).toContain('UserRegistered');
        expect(shown).not.toMatch(/hunter2|example\.org|password/);
      },
    );
  });

  it.each(views)('an error that a PublishError has caused shows nothing of the event by %s', async (_view, show) => {
    expect(show(await wrapped())).not.toMatch(/hunter2|password/);
  });

  it.each(views)('deliveries by %s show nothing of the event and of the handler', async (_view, show) => {
    const handler = { secret: 'hunter3', handle: () => undefined };
    bus.subscribe(UserRegistered, handler);
    expect(show(await deliveries())).not.toMatch(/hunter|password/);
  });

  it('a PublishError still holds the report and the reports', async () => {
    const error = await publishErrorOf(bus.publish(new UserRegistered()));
    expect(error.reports).toEqual([error.report]);
    expect(error.report.event).toEqual(new UserRegistered());
    expect(Object.keys(error)).toEqual(['name']);
  });

  it('an AfterCommitError still holds the value and the reports', async () => {
    const { value, report, reports } = (await afterCommitError()) as AfterCommitError;
    expect(value).toEqual(new UserRegistered());
    expect(reports).toEqual([report]);
  });
});

describe('What a log shows of a report', () => {
  const bus = new EventBus();
  bus.subscribe(UserRegistered, () => undefined, { name: 'count' });
  bus.subscribe(UserRegistered, () => undefined, { name: 'other', filter: () => false });
  bus.subscribe(UserRegistered, () => Promise.reject(undefined), { name: 'mail' }); // eslint-disable-line prefer-promise-reject-errors -- handlers do this

  it('is the class of the event, and name and status of each delivery', async () => {
    const report = await bus.publishSettled(new UserRegistered());
    const shown = {
      event: 'UserRegistered',
      deliveries: ['count fulfilled', 'other skipped: filter', 'mail rejected'],
    };
    expect(JSON.parse(JSON.stringify(report))).toEqual(shown);
    expect(inspect(report)).toBe(`PublishReport ${inspect(shown)}`);
  });

  it('is complete where the report stands deep inside of another object', async () => {
    const report = await bus.publishSettled(new UserRegistered());
    expect(inspect({ a: { b: { c: report } } })).toContain("'count fulfilled'");
  });

  it('is there for a stand-in of Node’s inspect that hands over no function', async () => {
    const report = await bus.publishSettled(new UserRegistered());
    const custom = Reflect.get(report, inspect.custom) as (depth: number, options: object) => unknown;
    expect(custom.call(report, 2, {})).toEqual(report.toJSON());
  });
});

describe('What a log shows of a subscription', () => {
  it('is its name, without its handler', () => {
    const bus = new EventBus();
    const handler = { secret: 'hunter3', handle: () => undefined };
    const subscription = bus.subscribe([UserRegistered, Date], handler);
    expect(JSON.stringify(subscription)).toBe('"Object.handle"');
    expect(inspect(subscription)).toBe("Subscription 'Object.handle'");
  });
});
