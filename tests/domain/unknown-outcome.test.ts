import { EventBus, type Phase } from 'class-events';
import { transactional, type TransactionalOptions, UnknownOutcomeError } from 'class-events/domain';
import { OrderPlaced } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { rejectionOf } from '../support/rejection.js';

let bus: EventBus;
let story: Recorder;
beforeEach(() => {
  bus = new EventBus();
  story = new Recorder();
});

/** Subscribes a handler for each of the phases, which notes it. */
function noteEach(...phases: Phase[]): void {
  for (const phase of phases) bus.subscribe(OrderPlaced, ({ orderId }) => story.note(`${phase} ${orderId}`), { phase });
}

describe('A begin that rejects at the commit', () => {
  const rejecting = (error: unknown, options: TransactionalOptions<string> = {}) =>
    transactional<string>(
      bus,
      async (run) => {
        await run('t');
        throw error;
      },
      options,
    );
  const coded = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code }, more);

  it.each([
    ['a lost connection', new Error('Connection terminated unexpectedly')],
    ['an error of the network', coded('ECONNRESET')],
    ['an error of the network that a library has wrapped', new Error('failed', { cause: coded('EPIPE') })],
    ['a timeout of the client', new Error('Query read timeout')],
    ['a server that goes away', coded('57P01')],
    ['a connection that failed', coded('08006')],
    ['a pooler that has lost its server', coded('08P01')],
    ['an answer that says so', coded('40003')],
    ['a server that Prisma has lost', coded('P1017')],
    ['a connection that MySQL has lost', coded('PROTOCOL_CONNECTION_LOST', { fatal: true })],
    ['what a begin throws after it', 'a text'],
  ])('with %s leaves it unknown: neither a commit nor a rollback is claimed', async (_, cause) => {
    noteEach('beforeCommit', 'afterCommit', 'afterRollback', 'afterCompletion');
    const error = await rejectionOf(rejecting(cause)(() => bus.publish(new OrderPlaced())));
    expect(story.lines).toEqual(['beforeCommit o-1', 'afterCompletion o-1']);
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect((error as Error).cause).toBe(cause);
    expect(String(error)).toContain('Whether the transaction was committed is unknown');
  });

  it.each([
    ['a serialization failure', coded('40001')],
    ['a constraint', new Error('failed', { cause: coded('23503') })],
    ['a constraint of MySQL', coded('ER_NO_REFERENCED_ROW_2', { errno: 1452, sqlState: '23000' })],
    ['a constraint that Sequelize has wrapped', Object.assign(new Error('failed'), { parent: coded('23503') })],
    ['a disk that is full', coded('53100')],
    ['SQLite', coded('SQLITE_BUSY')],
    ['the SQLite of Node', coded('ERR_SQLITE_ERROR')],
    ["Prisma's word for a conflict", coded('P2034')],
  ])('with an answer of the database is rolled back, and rejects with it: %s', async (_, refusal) => {
    noteEach('afterCommit', 'afterRollback', 'afterCompletion');
    const error = await rejectionOf(rejecting(refusal)(() => bus.publish(new OrderPlaced())));
    expect(story.lines).toEqual(['afterRollback o-1', 'afterCompletion o-1']);
    expect(error).toBe(refusal);
  });

  it('is judged by isRolledBack, where a database answers in another way', async () => {
    noteEach('afterCommit', 'afterRollback');
    const isRolledBack = (error: unknown): boolean => String(error).includes('aborted');
    const aborted = rejecting(new Error('aborted'), { isRolledBack });
    const lost = rejecting(coded('40001'), { isRolledBack });
    await rejectionOf(aborted(() => bus.publish(new OrderPlaced('aborted'))));
    const error = await rejectionOf(lost(() => bus.publish(new OrderPlaced('lost'))));
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(story.lines).toEqual(['afterRollback aborted']);
  });

  it('claims nothing when isRolledBack itself throws, and rejects with that', async () => {
    noteEach('afterCommit', 'afterRollback', 'afterCompletion');
    const broken = new Error('cannot tell');
    const isRolledBack = (): never => {
      throw broken;
    };
    const unit = rejecting(new Error('lost'), { isRolledBack })(() => bus.publish(new OrderPlaced()));
    expect(await rejectionOf(unit)).toBe(broken);
    expect(story.lines).toEqual(['afterCompletion o-1']);
  });

  it('says of a unit of work inside what is known of it: one that failed was rolled back for certain', async () => {
    noteEach('afterCommit', 'afterRollback', 'afterCompletion');
    const unitOfWork = rejecting(new Error('lost'));
    await rejectionOf(
      unitOfWork(async () => {
        await unitOfWork(() => bus.publish(new OrderPlaced('kept')));
        await unitOfWork(async () => {
          await bus.publish(new OrderPlaced('failed'));
          throw new Error('only this');
        }).catch(() => undefined);
      }),
    );
    expect(story.lines).toEqual(['afterRollback failed', 'afterCompletion kept', 'afterCompletion failed']);
  });

  it('is a rollback for certain where the work itself has failed, whatever begin rejects with', async () => {
    noteEach('afterCommit', 'afterRollback');
    const lost = new Error('Connection terminated unexpectedly');
    const begin = transactional<string>(bus, (run) => run('t').catch(() => Promise.reject(lost)));
    const unit = begin(async () => {
      await bus.publish(new OrderPlaced());
      throw new Error('out of stock');
    });
    expect(await rejectionOf(unit)).toBe(lost);
    expect(story.lines).toEqual(['afterRollback o-1']);
  });

  it('lets a bus close: nothing is in flight any more', async () => {
    noteEach('afterCommit');
    await rejectionOf(rejecting(new Error('lost'))(() => bus.publish(new OrderPlaced())));
    await bus.close({ timeout: 1_000 });
  });
});
