import { EventBus, HandlerFailed, type Phase, PublishError } from 'class-events';
import { type Begin, currentUnitOfWork, type RunUnitOfWork, transactional } from 'class-events/domain';
import { Recorder } from '../support/recorder.js';
import { rejectionOf } from '../support/rejection.js';

/** A database that has a table of ids, as its users reach it. */
export interface Database<Transaction> {
  readonly begin: Begin<Transaction>;
  readonly savepoint: (
    transaction: Transaction,
    run: (transaction: Transaction) => Promise<unknown>,
  ) => Promise<unknown>;
  /** Writes an id in the transaction. */
  insert(transaction: Transaction, id: string): Promise<unknown>;
  /** Writes something in the transaction that lets its commit fail, and not before. */
  breakCommit(transaction: Transaction): Promise<unknown>;
  /** All ids, as somebody sees them who is not in the transaction. */
  committed(): Promise<string[]>;
  clear(): Promise<unknown>;
  close(): Promise<unknown>;
}

const phases: readonly Phase[] = ['immediate', 'beforeCommit', 'afterCommit', 'afterRollback', 'afterCompletion'];

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
class OrderConfirmed {
  constructor(readonly orderId: string) {}
}

/** What holds for units of work on any database. `isolated`: others can look while a transaction is open. */
export function servesUnitsOfWork<Transaction>(
  name: string,
  open: () => Promise<Database<Transaction>>,
  { isolated }: { readonly isolated: boolean },
): void {
  describe(`units of work on ${name}`, () => {
    let database: Database<Transaction>;
    let bus: EventBus;
    let story: Recorder;
    let unitOfWork: RunUnitOfWork<Transaction>;

    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());
    beforeEach(async () => {
      await database.clear();
      bus = new EventBus();
      story = new Recorder();
      unitOfWork = transactional(bus, database.begin, { savepoint: database.savepoint });
      for (const phase of phases)
        bus.subscribe(OrderPlaced, ({ orderId }) => story.note(`${phase} ${orderId}`), { phase });
    });

    const place = async (transaction: Transaction, orderId: string): Promise<string> => {
      await database.insert(transaction, orderId);
      await bus.publish(new OrderPlaced(orderId));
      return orderId;
    };

    it('run the phases around the commit, in order, and give what work returned', async () => {
      if (isolated) {
        const look = (phase: Phase): unknown =>
          bus.subscribe(
            OrderPlaced,
            async () => story.note(`${phase} sees ${(await database.committed()).join(', ') || 'nothing'}`),
            { phase, name: `look ${phase}` },
          );
        look('beforeCommit');
        look('afterCommit');
      }
      expect(await unitOfWork((transaction) => place(transaction, 'o-1'))).toBe('o-1');
      expect(story.lines).toEqual([
        'immediate o-1',
        'beforeCommit o-1',
        ...(isolated ? ['beforeCommit sees nothing'] : []),
        'afterCommit o-1',
        ...(isolated ? ['afterCommit sees o-1'] : []),
        'afterCompletion o-1',
      ]);
      expect(await database.committed()).toEqual(['o-1']);
    });

    it('units of work that fail are rolled back, and reject with the very error', async () => {
      const error = new Error('out of stock');
      const failing = unitOfWork(async (transaction) => {
        await place(transaction, 'o-1');
        throw error;
      });
      expect(await rejectionOf(failing)).toBe(error);
      expect(story.lines).toEqual(['immediate o-1', 'afterRollback o-1', 'afterCompletion o-1']);
      expect(await database.committed()).toEqual([]);
    });

    it('are rolled back by an immediate handler that fails', async () => {
      bus.subscribe(OrderPlaced, () => Promise.reject(new Error('no credit')));
      expect(await rejectionOf(unitOfWork((transaction) => place(transaction, 'o-1')))).toBeInstanceOf(PublishError);
      expect(story.take()).toEqual(['immediate o-1', 'afterRollback o-1', 'afterCompletion o-1']);
      expect(await database.committed()).toEqual([]);
    });

    it('commit all the same when work has handled that failure', async () => {
      bus.subscribe(OrderPlaced, () => Promise.reject(new Error('no credit')));
      await unitOfWork((transaction) => place(transaction, 'o-1').catch(() => undefined));
      expect(story.lines).toEqual(['immediate o-1', 'beforeCommit o-1', 'afterCommit o-1', 'afterCompletion o-1']);
      expect(await database.committed()).toEqual(['o-1']);
    });

    it('are rolled back by a beforeCommit handler that fails, and later handlers of that phase do not run', async () => {
      bus.subscribe(OrderConfirmed, () => Promise.reject(new Error('the ledger is closed')), { phase: 'beforeCommit' });
      const failing = unitOfWork(async (transaction) => {
        await bus.publish(new OrderConfirmed('o-1'));
        await place(transaction, 'o-1');
      });
      expect(String(await rejectionOf(failing))).toContain('the ledger is closed');
      expect(story.lines).toEqual(['immediate o-1', 'afterRollback o-1', 'afterCompletion o-1']);
      expect(await database.committed()).toEqual([]);
    });

    it('take in what beforeCommit handlers write and publish', async () => {
      const confirm = async ({ orderId }: OrderPlaced): Promise<void> => {
        const { transaction } = currentUnitOfWork<Transaction>()!;
        await database.insert(transaction, `${orderId} confirmed`);
        await bus.publish(new OrderConfirmed(orderId));
      };
      bus.subscribe(OrderPlaced, confirm, { phase: 'beforeCommit' });
      bus.subscribe(OrderConfirmed, () => story.note('confirmed'), { phase: 'beforeCommit' });
      bus.subscribe(OrderConfirmed, () => story.note('told'), { phase: 'afterCommit' });
      await unitOfWork((transaction) => place(transaction, 'o-1'));
      expect(story.lines).toEqual([
        'immediate o-1',
        'beforeCommit o-1',
        'confirmed',
        'afterCommit o-1',
        'told',
        'afterCompletion o-1',
      ]);
      expect(await database.committed()).toEqual(['o-1', 'o-1 confirmed']);
    });

    it('whose commit fails are rolled back: nothing was committed', async () => {
      const failing = unitOfWork(async (transaction) => {
        await place(transaction, 'o-1');
        await database.breakCommit(transaction);
      });
      await expect(failing).rejects.toThrow();
      expect(story.lines).toEqual(['immediate o-1', 'beforeCommit o-1', 'afterRollback o-1', 'afterCompletion o-1']);
      expect(await database.committed()).toEqual([]);
    });

    it('stay committed when an afterCommit handler fails, which is reported', async () => {
      const failed: unknown[] = [];
      bus.subscribe(HandlerFailed, ({ error }) => void failed.push(error));
      const error = new Error('no mail server');
      bus.subscribe(OrderPlaced, () => Promise.reject(error), { phase: 'afterCommit' });
      expect(await unitOfWork((transaction) => place(transaction, 'o-1'))).toBe('o-1');
      expect(failed).toEqual([error]);
      expect(await database.committed()).toEqual(['o-1']);
    });

    it('units of work inside others wait for the outermost commit', async () => {
      await unitOfWork(async (transaction) => {
        await unitOfWork((inner) => place(inner, 'inner'));
        await place(transaction, 'outer');
        story.note('work ends');
      });
      expect(story.lines).toEqual([
        'immediate inner',
        'immediate outer',
        'work ends',
        'beforeCommit inner',
        'beforeCommit outer',
        'afterCommit inner',
        'afterCommit outer',
        'afterCompletion inner',
        'afterCompletion outer',
      ]);
      expect(await database.committed()).toEqual(['inner', 'outer']);
    });

    it('units of work inside others that succeed are rolled back with the outermost', async () => {
      const failing = unitOfWork(async () => {
        await unitOfWork((inner) => place(inner, 'inner'));
        throw new Error('after all');
      });
      await expect(failing).rejects.toThrow('after all');
      expect(story.lines).toEqual(['immediate inner', 'afterRollback inner', 'afterCompletion inner']);
      expect(await database.committed()).toEqual([]);
    });

    it('units of work inside others that fail are rolled back alone, with their events, and the outer one goes on', async () => {
      await unitOfWork(async (transaction) => {
        await place(transaction, 'before');
        const inner = unitOfWork(async (savepoint) => {
          await place(savepoint, 'inner');
          await unitOfWork((innermost) => place(innermost, 'innermost'));
          throw new Error('only this');
        });
        await expect(inner).rejects.toThrow('only this');
        await place(transaction, 'after');
      });
      expect(story.take().filter((line) => !line.startsWith('immediate'))).toEqual([
        'beforeCommit before',
        'beforeCommit after',
        'afterCommit before',
        'afterCommit after',
        'afterRollback inner',
        'afterRollback innermost',
        'afterCompletion before',
        'afterCompletion inner',
        'afterCompletion innermost',
        'afterCompletion after',
      ]);
      expect(await database.committed()).toEqual(['after', 'before']);
    });

    it('may be opened by an afterCommit handler, and are transactions of their own then', async () => {
      const confirm = ({ orderId }: OrderPlaced): Promise<void> =>
        unitOfWork(async (transaction) => {
          await database.insert(transaction, `${orderId} confirmed`);
          await bus.publish(new OrderConfirmed(orderId));
        });
      bus.subscribe(OrderPlaced, confirm, { phase: 'afterCommit', mode: 'async' });
      bus.subscribe(OrderConfirmed, () => story.note('confirmed'), { phase: 'afterCommit' });
      await unitOfWork((transaction) => place(transaction, 'o-1'));
      expect(story.lines).toEqual([
        'immediate o-1',
        'beforeCommit o-1',
        'afterCommit o-1',
        'confirmed',
        'afterCompletion o-1',
      ]);
      expect(await database.committed()).toEqual(['o-1', 'o-1 confirmed']);
    });

    it('units of work that run at the same time never mix', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) =>
          unitOfWork(async (transaction) => {
            await place(transaction, `o-${index}`);
            await bus.publish(new OrderConfirmed(`o-${index}`));
            if (index % 2 === 1) throw new Error('odd');
          }),
        ),
      );
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
        true,
        false,
        true,
        false,
        true,
        false,
        true,
        false,
      ]);
      const after = (phase: Phase): string[] => story.lines.filter((line) => line.startsWith(phase)).sort();
      expect(after('afterCommit')).toEqual(['o-0', 'o-2', 'o-4', 'o-6'].map((id) => `afterCommit ${id}`));
      expect(after('afterRollback')).toEqual(['o-1', 'o-3', 'o-5', 'o-7'].map((id) => `afterRollback ${id}`));
      expect(after('afterCompletion')).toHaveLength(8);
      expect(await database.committed()).toEqual(['o-0', 'o-2', 'o-4', 'o-6']);
    });
  });
}
