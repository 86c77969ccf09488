import {
  type DeliveryProgress,
  EventBus,
  HandlerFailed,
  NoUnitOfWorkError,
  On,
  type Phase,
  PublishError,
  type PublishReport,
} from 'class-events';
import {
  AfterCommitError,
  type Begin,
  currentUnitOfWork,
  type RunUnitOfWork,
  transactional,
  withoutUnitOfWork,
} from 'class-events/domain';
import { afterMicrotasks, Deferred } from '../support/deferred.js';
import { OrderEvent, OrderPaid, OrderPlaced } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { rejectionOf, thrownBy } from '../support/rejection.js';
import { collectUncaughtErrors } from '../support/uncaught-errors.js';

const uncaught = collectUncaughtErrors();
let bus: EventBus;
let story: Recorder;
let transactions: number;
let begin: Begin<string>;
let unitOfWork: RunUnitOfWork<string>;

beforeEach(() => {
  bus = new EventBus();
  story = new Recorder();
  transactions = 0;
  begin = async (run) => {
    const name = `t-${++transactions}`;
    try {
      await run(name);
    } catch (error) {
      story.note('rollback');
      throw error;
    }
    await afterMicrotasks();
    story.note('commit');
    // What begin gives is not looked at: some drop what the callback returned.
    return 'dropped';
  };
  unitOfWork = transactional(bus, begin);
});

/** Subscribes a handler for each of the phases, which notes it. */
function noteEach(...phases: Phase[]): void {
  for (const phase of phases) bus.subscribe(OrderEvent, ({ orderId }) => story.note(`${phase} ${orderId}`), { phase });
}

describe('A unit of work', () => {
  it('gives work what begin gives, and gives back what work returned, at once or later', async () => {
    expect(await unitOfWork((transaction) => `${transaction} at once`)).toBe('t-1 at once');
    expect(await unitOfWork(async (transaction) => `${transaction} later`)).toBe('t-2 later');
  });

  it('makes a delivery of a later phase deferred in the report of its publish', async () => {
    noteEach('immediate', 'afterCommit');
    const report = await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(report.deliveries.map(({ status, reason }) => [status, reason])).toEqual([
      ['fulfilled', undefined],
      ['deferred', undefined],
    ]);
    expect(report.unhandled).toBe(false);
  });

  it('runs the phase once for each event, in the order in which they were published', async () => {
    noteEach('afterCommit');
    await unitOfWork(async () => {
      await bus.publishAll([new OrderPlaced('o-1'), new OrderPaid('o-2')]);
      bus.emit(new OrderPlaced('o-3'));
      await bus.publishSettled(new OrderPaid('o-4'));
    });
    expect(story.lines).toEqual(['commit', 'afterCommit o-1', 'afterCommit o-2', 'afterCommit o-3', 'afterCommit o-4']);
  });

  it('takes over an event before the events that its immediate handlers publish', async () => {
    noteEach('afterCommit');
    bus.subscribe(OrderPlaced, ({ orderId }) => void bus.publish(new OrderPaid(`paid ${orderId}`)));
    await unitOfWork(() => bus.publish(new OrderPlaced('o-1')));
    expect(story.lines).toEqual(['commit', 'afterCommit o-1', 'afterCommit paid o-1']);
  });

  it('settles the async handlers of a phase before the next phase begins, sync ones first', async () => {
    const slow = new Deferred();
    bus.subscribe(
      OrderPlaced,
      story.asyncHandler('async', () => slow.promise.then(() => story.note('settled'))),
      { phase: 'afterCommit' },
    );
    bus.subscribe(OrderPlaced, story.handler('sync'), { phase: 'afterCommit' });
    bus.subscribe(OrderPlaced, story.handler('completion'), { phase: 'afterCompletion', priority: 9 });
    const unit = unitOfWork(() => bus.publish(new OrderPlaced()));
    await afterMicrotasks();
    await afterMicrotasks();
    expect(story.take()).toEqual(['commit', 'sync', 'async']);
    slow.resolve();
    await unit;
    expect(story.lines).toEqual(['settled', 'completion']);
  });

  it('serves @On, whichever way it was registered', async () => {
    class Receipts {
      @On(OrderPlaced, { phase: 'afterCommit' })
      send(): void {
        story.note('sent');
      }
    }
    bus.register(new Receipts());
    bus.registerClass(Receipts, async () => new Receipts());
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(story.lines).toEqual(['commit', 'sent', 'sent']);
  });

  it('asks filter, once and state of a subscription when its phase has come', async () => {
    let open = false;
    const subscription = bus.subscribe(OrderPlaced, story.handler('gone'), { phase: 'afterCommit' });
    bus.subscribe(OrderPlaced, story.handler('filtered'), { phase: 'afterCommit', filter: () => open });
    bus.subscribe(OrderPlaced, story.handler('once'), { phase: 'afterCommit', once: true });
    await unitOfWork(async () => {
      await bus.publishAll([new OrderPlaced(), new OrderPlaced()]);
      subscription.unsubscribe();
      open = true;
    });
    expect(story.lines).toEqual(['commit', 'filtered', 'once', 'filtered']);
  });

  it('runs a handler with subscriptions of several phases once for an event, by the first that comes', async () => {
    class Audit {
      @On(OrderPlaced)
      @On(OrderEvent, { phase: 'afterCommit' })
      note(event: OrderEvent): void {
        story.note(event.constructor.name);
      }
    }
    bus.register(new Audit());
    await unitOfWork(() => bus.publishAll([new OrderPlaced(), new OrderPaid()]));
    expect(story.lines).toEqual(['OrderPlaced', 'commit', 'OrderPaid']);
  });

  it('is found by currentUnitOfWork, also after an await and in immediate handlers', async () => {
    const seen: unknown[] = [];
    bus.subscribe(OrderPlaced, async () => void seen.push(currentUnitOfWork()?.transaction));
    expect(currentUnitOfWork()).toBeUndefined();
    await unitOfWork(async () => {
      await afterMicrotasks();
      seen.push(currentUnitOfWork(bus)?.active, currentUnitOfWork(new EventBus()));
      await bus.publish(new OrderPlaced());
    });
    expect(seen).toEqual([true, undefined, 't-1']);
    expect(currentUnitOfWork()).toBeUndefined();
  });

  it('is over for afterCommit handlers: they are outside of it', async () => {
    const seen: unknown[] = [];
    bus.subscribe(OrderPlaced, () => seen.push(currentUnitOfWork()), { phase: 'afterCommit' });
    bus.subscribe(OrderPlaced, () => bus.publish(new OrderPaid()), { phase: 'afterCommit', name: 'publisher' });
    bus.subscribe(OrderPaid, story.handler('never'), { phase: 'beforeCommit' });
    const failures: HandlerFailed[] = [];
    bus.subscribe(HandlerFailed, (failure) => void failures.push(failure));
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(seen).toEqual([undefined]);
    expect(failures.map(({ error }) => (error as Error).name)).toEqual(['NoUnitOfWorkError']);
  });

  it('leaves events without handlers of a later phase alone', async () => {
    bus.subscribe(OrderPlaced, story.handler('immediate'));
    const report = await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(report.deliveries.map(({ status }) => status)).toEqual(['fulfilled']);
    expect(story.lines).toEqual(['immediate', 'commit']);
  });
});

describe('A failure', () => {
  const error = new Error('failed');
  const failing = (phase: Phase): unknown =>
    bus.subscribe(OrderPlaced, () => Promise.reject(error), { phase, mode: 'async', name: `failing ${phase}` });

  it('a failure of a beforeCommit handler rejects with a PublishError that holds the very error', async () => {
    failing('beforeCommit');
    const thrown = await rejectionOf(unitOfWork(() => bus.publish(new OrderPlaced())));
    expect(thrown).toBeInstanceOf(PublishError);
    expect((thrown as PublishError).errors).toEqual([error]);
    expect(story.lines).toEqual(['rollback']);
    expect(uncaught).toEqual([]);
  });

  it.each<Phase>(['afterCommit', 'afterCompletion'])(
    'a failure of an %s handler goes to onError, and stops no other',
    async (phase) => {
      const failures: HandlerFailed[] = [];
      bus = new EventBus({ onError: (failure) => failures.push(failure) });
      unitOfWork = transactional(bus, begin);
      failing(phase);
      noteEach(phase);
      expect(
        await unitOfWork(async () => (await bus.publishAll([new OrderPlaced('o-1'), new OrderPaid('o-2')])).length),
      ).toBe(2);
      expect(failures.map((failure) => [failure.error, failure.subscription.name])).toEqual([
        [error, `failing ${phase}`],
      ]);
      expect(story.lines).toEqual(['commit', `${phase} o-1`, `${phase} o-2`]);
    },
  );

  it('a failure of an afterCommit handler surfaces as uncaught where nobody else takes it', async () => {
    failing('afterCommit');
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(uncaught).toEqual([error]);
  });

  it('a failure of an afterRollback handler is reported, and the error that rolled back is rethrown', async () => {
    failing('afterRollback');
    const rollback = new Error('out of stock');
    const unit = unitOfWork(async () => {
      await bus.publish(new OrderPlaced());
      throw rollback;
    });
    expect(await rejectionOf(unit)).toBe(rollback);
    expect(uncaught).toEqual([error]);
  });

  it("a failure of the phases after the commit rejects with AfterCommitError where that was asked for, with work's value", async () => {
    unitOfWork = transactional(bus, begin, { afterCommitFailures: 'reject' });
    failing('afterCommit');
    failing('afterCompletion');
    noteEach('afterCommit');
    const thrown = await rejectionOf(
      unitOfWork(async () => {
        await bus.publish(new OrderPlaced('o-1'));
        return 'the value';
      }),
    );
    expect(thrown).toBeInstanceOf(AfterCommitError);
    const { value, errors, report, reports, message } = thrown as AfterCommitError;
    expect(value).toBe('the value');
    expect(errors).toEqual([error, error]);
    expect(report.failures.map(({ subscription }) => subscription.name)).toEqual(['failing afterCommit']);
    expect(reports).toHaveLength(2);
    expect(message).toBe(
      'The transaction was committed, and then 2 handlers failed:' +
        '\n  OrderPlaced → failing afterCommit: Error: failed\n  OrderPlaced → failing afterCompletion: Error: failed',
    );
    expect(story.lines).toEqual(['commit', 'afterCommit o-1']);
    expect(uncaught).toEqual([]);
  });

  it('a failure of a rollback is never an AfterCommitError', async () => {
    unitOfWork = transactional(bus, begin, { afterCommitFailures: 'reject' });
    failing('afterRollback');
    const unit = unitOfWork(async () => {
      await bus.publish(new OrderPlaced());
      throw new Error('out of stock');
    });
    expect(String(await rejectionOf(unit))).toBe('Error: out of stock');
    expect(uncaught).toEqual([error]);
  });

  it('a circle of events in beforeCommit ends with CascadeError', async () => {
    bus.subscribe(OrderPlaced, () => bus.emit(new OrderPaid()), { phase: 'beforeCommit' });
    bus.subscribe(OrderPaid, () => bus.emit(new OrderPlaced()), { phase: 'beforeCommit' });
    const thrown = await rejectionOf(unitOfWork(() => bus.publish(new OrderPlaced())));
    expect(String(thrown)).toContain('CascadeError');
    expect(story.lines).toEqual(['rollback']);
  });
});

describe('begin', () => {
  it('may call its callback again: events of attempts that failed are rolled back, those of the last are committed', async () => {
    noteEach('beforeCommit', 'afterCommit', 'afterRollback', 'afterCompletion');
    let attempts = 0;
    const retrying = transactional<string>(bus, async (run) => {
      for (;;) {
        try {
          return await run('t');
        } catch (error) {
          if (attempts >= 3) throw error;
        }
      }
    });
    await retrying(async () => {
      await bus.publish(new OrderPlaced(`attempt ${++attempts}`));
      if (attempts < 3) throw new Error('serialization failure');
    });
    expect(story.lines).toEqual([
      'beforeCommit attempt 3',
      'afterCommit attempt 3',
      'afterRollback attempt 1',
      'afterRollback attempt 2',
      'afterCompletion attempt 1',
      'afterCompletion attempt 2',
      'afterCompletion attempt 3',
    ]);
  });

  it('may fail at the commit and try again: only what was committed in the end counts', async () => {
    noteEach('afterCommit', 'afterRollback');
    let attempts = 0;
    const retrying = transactional<number>(bus, async (run) => {
      await run(1);
      await run(2);
    });
    await retrying(() => bus.publish(new OrderPlaced(`attempt ${++attempts}`)));
    expect(story.lines).toEqual(['afterCommit attempt 2', 'afterRollback attempt 1']);
  });

  it('a begin that keeps the error to itself has rolled back all the same: the unit of work rejects with it', async () => {
    noteEach('afterCommit', 'afterRollback');
    const quiet = transactional<string>(bus, (run) => run('t').catch(() => undefined));
    const unit = quiet(async () => {
      await bus.publish(new OrderPlaced());
      throw new Error('out of stock');
    });
    expect(String(await rejectionOf(unit))).toBe('Error: out of stock');
    expect(story.lines).toEqual(['afterRollback o-1']);
  });

  it('a begin that never calls its callback is told so', async () => {
    const idle = transactional(bus, async () => undefined);
    await expect(idle(() => 1)).rejects.toThrow('The function that begins a transaction has not called its callback.');
  });

  it('a begin that cannot begin rejects with its error, and work has not run', async () => {
    const broken = transactional(bus, () => Promise.reject(new Error('no connection')));
    await expect(broken(() => story.note('never'))).rejects.toThrow('no connection');
    expect(story.lines).toEqual([]);
  });
});

describe('Units of work inside others', () => {
  it('use the transaction that is open', async () => {
    await unitOfWork(async (outer) => {
      await unitOfWork((inner) => story.note(`${outer} ${inner}`));
    });
    expect(story.lines).toEqual(['t-1 t-1', 'commit']);
  });

  it('a unit of work with another begin is refused inside one of the same bus, and begins nothing', async () => {
    noteEach('afterCommit', 'afterRollback');
    const payments = transactional<string>(bus, (run) => begin(run));
    const error = await rejectionOf(
      unitOfWork(async () => {
        await bus.publish(new OrderPlaced('outer'));
        await payments(async () => bus.publish(new OrderPlaced('inner')));
      }),
    );
    expect(String(error)).toMatch(
      /^Error: A unit of work begun by \(run\) => begin\(run\) was opened inside one begun by begin\. .*export it.*joins.*withoutUnitOfWork/,
    );
    expect(story.lines).toEqual(['rollback', 'afterRollback outer']);
  });

  it('a unit of work with another begin is a transaction of its own by withoutUnitOfWork, with its own events', async () => {
    noteEach('afterCommit', 'afterRollback');
    const payments = transactional<string>(bus, (run) => begin(run));
    const refused = rejectionOf(
      unitOfWork(async () => {
        await bus.publish(new OrderPlaced('order'));
        await withoutUnitOfWork(() => payments(async () => bus.publish(new OrderPlaced('payment'))));
        throw new Error('out of stock');
      }),
    );
    expect(String(await refused)).toBe('Error: out of stock');
    expect(story.lines).toEqual(['commit', 'afterCommit payment', 'rollback', 'afterRollback order']);
  });

  it('join the transaction when the outer one was begun by a function that joins theirs', async () => {
    noteEach('afterCommit');
    const beginStrictly: Begin<string> = (run) => begin((name) => run(`strict ${name}`));
    const strictly = transactional(bus, beginStrictly, { joins: begin });
    await strictly(async (outer) => {
      await unitOfWork(async (inner) => {
        story.note(`${outer}, ${inner}`);
        await bus.publish(new OrderPlaced());
      });
      await strictly((inner) => story.note(inner));
      story.note('work ends');
    });
    expect(story.lines).toEqual(['strict t-1, strict t-1', 'strict t-1', 'work ends', 'commit', 'afterCommit o-1']);
  });

  it('joins holds in one direction: inside a unit of work of the joined begin, the other one is refused', async () => {
    const beginStrictly: Begin<string> = (run) => begin((name) => run(`strict ${name}`));
    const strictly = transactional(bus, beginStrictly, { joins: begin });
    const refused = unitOfWork(async () => strictly((inner) => story.note(inner)));
    expect(String(await rejectionOf(refused))).toMatch(/begun by beginStrictly was opened inside one begun by begin\./);
    expect(story.lines).toEqual(['rollback']);
  });

  it('units of work inside others that fail side by side with others discard their own events alone', async () => {
    noteEach('afterCommit', 'afterRollback');
    await unitOfWork(() =>
      Promise.allSettled(
        [0, 1, 2, 3].map((index) =>
          unitOfWork(async () => {
            await bus.publish(new OrderPlaced(`o-${index}`));
            await afterMicrotasks();
            if (index % 2) throw new Error('odd');
          }),
        ),
      ),
    );
    expect(story.lines).toEqual([
      'commit',
      'afterCommit o-0',
      'afterCommit o-2',
      'afterRollback o-1',
      'afterRollback o-3',
    ]);
  });

  it('units of work of another bus are transactions of their own: their events do not wait', async () => {
    const otherBus = new EventBus();
    const otherUnit = transactional(otherBus, begin);
    otherBus.subscribe(OrderPaid, story.handler('other afterCommit'), { phase: 'afterCommit' });
    noteEach('afterCommit');
    await unitOfWork(async () => {
      await bus.publish(new OrderPlaced());
      await otherUnit(async (transaction) => {
        story.note(transaction);
        await otherBus.publish(new OrderPaid());
        await bus.publish(new OrderPlaced('from inside'));
      });
      story.note('work ends');
    });
    expect(story.lines).toEqual([
      't-2',
      'commit',
      'other afterCommit',
      'work ends',
      'commit',
      'afterCommit o-1',
      'afterCommit from inside',
    ]);
  });
});

describe('An event with handlers of a later phase', () => {
  beforeEach(() => {
    bus.subscribe(OrderPlaced, story.handler('receipt'), { phase: 'afterCommit', name: 'sendReceipt' });
    bus.subscribe(OrderPlaced, story.handler('immediate'));
  });

  it('is refused outside of any unit of work, naming the handlers that would have been lost; nothing has run', async () => {
    const errors = [await rejectionOf(bus.publish(new OrderPlaced())), thrownBy(() => bus.emit(new OrderPlaced()))];
    for (const error of errors) {
      expect(error).toBeInstanceOf(NoUnitOfWorkError);
      expect(String(error)).toContain('no unit of work is open for sendReceipt (afterCommit)');
    }
    expect(story.lines).toEqual([]);
  });

  it('is refused by withoutUnitOfWork, which counts as none', async () => {
    const thrown = await unitOfWork(() => rejectionOf(withoutUnitOfWork(() => bus.publish(new OrderPlaced()))));
    expect(thrown).toBeInstanceOf(NoUnitOfWorkError);
  });

  it('is refused to work that has outlived its unit of work: an error, and no silent loss', async () => {
    const late = new Deferred();
    let outlived: Promise<unknown> = Promise.resolve();
    await unitOfWork(() => {
      outlived = rejectionOf(late.promise.then(() => bus.publish(new OrderPlaced())));
    });
    late.resolve();
    expect(String(await outlived)).toMatch(
      /^NoUnitOfWorkError: The unit of work has ended, and sendReceipt \(afterCommit\) waits for one\. Await what publishes/,
    );
    expect(story.lines).toEqual(['commit']);
  });

  it('is refused to work that goes on after its transaction was given up', async () => {
    const late = new Deferred();
    const impatient = transactional<void>(bus, async (run) => {
      await Promise.race([run(), Promise.reject(new Error('the transaction took too long'))]);
    });
    let outlived: Promise<unknown> = Promise.resolve();
    const unit = impatient(() => {
      outlived = rejectionOf(late.promise.then(() => bus.publish(new OrderPlaced())));
      return outlived;
    });
    await expect(unit).rejects.toThrow('the transaction took too long');
    late.resolve();
    expect(await outlived).toBeInstanceOf(NoUnitOfWorkError);
    await bus.close();
    expect(story.lines).toEqual([]);
  });

  it('is refused to a unit of work inside another that has ended: the outer one did not wait for it', async () => {
    const late = new Deferred();
    let outlived: Promise<unknown> = Promise.resolve();
    await unitOfWork(() => {
      outlived = rejectionOf(unitOfWork(() => late.promise.then(() => bus.publish(new OrderPlaced()))));
    });
    late.resolve();
    expect(await outlived).toBeInstanceOf(NoUnitOfWorkError);
    expect(story.lines).toEqual(['commit']);
  });

  it('can be published in a new unit of work by work that has outlived another', async () => {
    const late = new Deferred();
    let outlived: Promise<unknown> = Promise.resolve();
    await unitOfWork(() => {
      outlived = late.promise.then(() => unitOfWork(() => bus.publish(new OrderPlaced())));
    });
    late.resolve();
    await outlived;
    expect(story.lines).toEqual(['commit', 'immediate', 'commit', 'receipt']);
  });

  it('is still refused for its durable handlers: no outbox serves them', async () => {
    bus.subscribe(OrderPlaced, story.handler('never'), { durable: 'mail.receipt', name: 'durable one' });
    bus.subscribe(OrderPlaced, story.handler('never'), { durable: 'mail.copy', name: 'other one' });
    const thrown = await rejectionOf(unitOfWork(() => bus.publish(new OrderPlaced())));
    expect(String(thrown)).toBe(
      'NoUnitOfWorkError: OrderPlaced was not published: durable one (mail.receipt), other one (mail.copy) would be lost, ' +
        'because mail.receipt, mail.copy are durable, and this bus has no outbox: make new Outbox({ bus, … }) before publishing.',
    );
    expect(String(thrown)).not.toContain('sendReceipt');
  });

  it('is explained as waiting for its phase', async () => {
    const reasons = (): unknown[] => bus.explain(new OrderPlaced()).map(({ reason, runs }) => [reason, runs]);
    expect(reasons()).toEqual([
      ['phase', false],
      ['runs', true],
    ]);
    expect(await unitOfWork(reasons)).toEqual(reasons());
  });
});

describe("A bus with outsideUnitOfWork: 'immediate'", () => {
  beforeEach(() => {
    bus = new EventBus({ outsideUnitOfWork: 'immediate' });
    unitOfWork = transactional(bus, begin);
    noteEach('immediate', 'beforeCommit', 'afterCommit', 'afterRollback', 'afterCompletion');
  });

  it('runs handlers of later phases at once where no unit of work is open, but for afterRollback: nothing was', async () => {
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(
      ['immediate', 'beforeCommit', 'afterCommit', 'afterCompletion'].map((phase) => `${phase} o-1`),
    );
    expect(deliveries.map(({ status, reason }) => reason ?? status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'phase',
      'fulfilled',
    ]);
    expect(bus.explain(new OrderPlaced()).map(({ reason }) => reason)).toEqual([
      'runs',
      'runs',
      'runs',
      'phase',
      'runs',
    ]);
  });

  it('waits for the phases where one is open', async () => {
    await unitOfWork(() => bus.publish(new OrderPlaced()));
    expect(story.lines).toEqual([
      'immediate o-1',
      'beforeCommit o-1',
      'commit',
      'afterCommit o-1',
      'afterCompletion o-1',
    ]);
  });

  it('still refuses durable handlers', async () => {
    bus.subscribe(OrderPlaced, story.handler('never'), { durable: 'mail.receipt' });
    expect(await rejectionOf(bus.publish(new OrderPlaced()))).toBeInstanceOf(NoUnitOfWorkError);
  });

  it.each(['later', true, null])('knows no other value: %p', (outsideUnitOfWork) => {
    expect(() => new EventBus({ outsideUnitOfWork: outsideUnitOfWork as never })).toThrow(TypeError);
  });
});

describe('A bus that closes', () => {
  it('waits for the phases of a unit of work that is open', async () => {
    noteEach('afterCommit');
    const work = new Deferred();
    const unit = unitOfWork(async () => {
      await bus.publish(new OrderPlaced());
      await work.promise;
    });
    await afterMicrotasks();
    const closed = bus.close().then(() => story.note('closed'));
    work.resolve();
    await unit;
    await closed;
    expect(story.lines).toEqual(['commit', 'afterCommit o-1', 'closed']);
  });

  it('names the deliveries that a unit of work still holds when its time is over', async () => {
    bus.subscribe(OrderPlaced, story.handler('late'), { phase: 'afterCommit', name: 'sendReceipt' });
    const work = new Deferred();
    const unit = unitOfWork(async () => {
      await bus.publish(new OrderPlaced());
      await work.promise;
    });
    await afterMicrotasks();
    expect(String(await rejectionOf(bus.close({ timeout: 1 })))).toContain('OrderPlaced → sendReceipt (afterCommit)');
    work.resolve();
    await unit;
    expect(story.lines).toEqual(['commit', 'late']);
  });

  it('names an event by its class in that message, also when the class has a static member called name', async () => {
    class Named {
      static readonly name = 7 as never;
    }
    bus.subscribe(Named, story.handler('late'), { phase: 'afterCommit', name: 'h' });
    const work = new Deferred();
    const unit = unitOfWork(async () => {
      await bus.publish(new Named());
      await work.promise;
    });
    await afterMicrotasks();
    expect(String(await rejectionOf(bus.close({ timeout: 1 })))).toContain('(anonymous) → h (afterCommit)');
    work.resolve();
    await unit;
  });

  it('gets no field from the bus that keeps it in flight', async () => {
    bus.subscribe(OrderPlaced, story.handler('late'), { phase: 'afterCommit' });
    await unitOfWork(async () => {
      const unit = currentUnitOfWork(bus) as object;
      const fields = Object.keys(unit);
      await bus.publish(new OrderPlaced());
      expect(Object.keys(unit)).toEqual(fields);
    });
  });

  it('does not name deliveries of a phase that is over', async () => {
    const commit = new Deferred();
    const committing = transactional<void>(bus, async (run) => {
      await run();
      await commit.promise;
    });
    bus.subscribe(OrderPlaced, story.handler('ledger'), { phase: 'beforeCommit', name: 'book' });
    bus.subscribe(OrderPlaced, story.handler('late'), { phase: 'afterCommit', name: 'sendReceipt' });
    const unit = committing(() => bus.publish(new OrderPlaced()));
    await afterMicrotasks();
    expect(String(await rejectionOf(bus.close({ timeout: 1 })))).toMatch(
      /unfinished deliveries: OrderPlaced → sendReceipt \(afterCommit\)\.$/,
    );
    commit.resolve();
    await unit;
    expect(story.lines).toEqual(['ledger', 'late']);
  });

  it('does not wait for a unit of work that was rolled back', async () => {
    noteEach('afterCommit');
    await rejectionOf(
      unitOfWork(async () => {
        await bus.publish(new OrderPlaced());
        throw new Error('out of stock');
      }),
    );
    await bus.close();
    expect(story.lines).toEqual(['rollback']);
  });
});

it('An observer sees a delivery deferred at the publish, and begin anew with its phase', async () => {
  const seen: string[] = [];
  const reports: PublishReport[] = [];
  bus.subscribe(OrderPlaced, story.handler('receipt'), { phase: 'afterCommit', name: 'sendReceipt' });
  bus.observe({
    onDelivery: ({ status, subscription }: DeliveryProgress) => void seen.push(`${subscription.name} ${status}`),
    onReport: (report) => void reports.push(report),
  });
  await unitOfWork(async () => {
    await bus.publish(new OrderPlaced());
    seen.push('work ends');
  });
  expect(seen).toEqual([
    'sendReceipt waiting',
    'sendReceipt deferred',
    'work ends',
    'sendReceipt waiting',
    'sendReceipt executing',
    'sendReceipt fulfilled',
  ]);
  expect(reports.map(({ deliveries }) => deliveries.map(({ status }) => status))).toEqual([
    ['deferred'],
    ['fulfilled'],
  ]);
});

describe('transactional refuses', () => {
  it.each<[string, () => unknown, string]>([
    [
      'what is no function',
      () => transactional(bus, {} as never),
      'transactional takes a bus, and a function that runs',
    ],
    [
      'options that do not exist',
      () => transactional(bus, begin, { savepoints: true } as never),
      "Unknown option 'savepoints'",
    ],
    [
      'a savepoint that is no function',
      () => transactional(bus, begin, { savepoint: 1 as never }),
      "'savepoint' must be a function",
    ],
    [
      'another way with failures',
      () => transactional(bus, begin, { afterCommitFailures: 'ignore' as never }),
      "'afterCommitFailures' must be one of report, reject",
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });
});

it('The types tell what a unit of work takes and gives', async () => {
  const value: number = await unitOfWork((transaction: string) => transaction.length);
  expect(value).toBe(3);
  // @ts-expect-error the transaction is a string
  await unitOfWork((transaction: number) => transaction);
  // @ts-expect-error begin gives a string
  transactional<string>(bus, (run) => run(1));
});
