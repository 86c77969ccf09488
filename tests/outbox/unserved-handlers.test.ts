import type { OutboxProblem } from 'class-events/outbox';
import { ProblemReport } from '../../src/outbox/relaying/problem-report.js';
import { UnservedHandlers } from '../../src/outbox/relaying/unserved-handlers.js';

function watch(patience: number) {
  const problems: OutboxProblem[] = [];
  const handlers = new UnservedHandlers(patience, new ProblemReport((problem) => void problems.push(problem)));
  const served = new Set<string>();
  const servedElsewhere = async (ids: readonly string[]) => new Set(ids.filter((id) => served.has(id)));
  return {
    served,
    told: () => problems.map(({ handler }) => handler),
    update: (...ids: string[]) => handlers.update(ids, { servedElsewhere }),
  };
}

describe('handlers that a relay does not have', () => {
  it('are told once while nobody serves them, and again when they have been served meanwhile', async () => {
    const { served, told, update } = watch(0);
    await update('mail.receipt');
    await update('mail.receipt');
    expect(told()).toEqual(['mail.receipt']);
    served.add('mail.receipt');
    await update('mail.receipt');
    expect(told()).toEqual(['mail.receipt']);
    served.clear();
    await update('mail.receipt');
    expect(told()).toEqual(['mail.receipt', 'mail.receipt']);
  });

  it('are told again when nothing has waited for them meanwhile', async () => {
    const { told, update } = watch(0);
    await update('mail.receipt');
    await update();
    await update('mail.receipt');
    expect(told()).toEqual(['mail.receipt', 'mail.receipt']);
  });

  it('are not told before nobody has served them for a while', async () => {
    const { told, update } = watch(60_000);
    await update('mail.receipt');
    await update('mail.receipt');
    expect(told()).toEqual([]);
  });

  it('are not told when another relay serves them', async () => {
    const { served, told, update } = watch(0);
    served.add('mail.receipt');
    await update('mail.receipt', 'search.index');
    expect(told()).toEqual(['search.index']);
  });
});
