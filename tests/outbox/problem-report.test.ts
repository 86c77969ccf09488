import { ProblemReport } from '../../src/outbox/relaying/problem-report.js';
import type { OutboxProblem } from '../../src/outbox/outbox-problem.js';
import { afterMicrotasks } from '../support/deferred.js';
import { collectUncaughtErrors } from '../support/uncaught-errors.js';

const problem: OutboxProblem = { kind: 'dead letter', message: 'given up' };

describe('An onProblem that fails', () => {
  const errors = collectUncaughtErrors();
  const failure = new RangeError('the log is full');

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw failure;
      },
    ],
    ['rejects', async () => Promise.reject(failure)],
  ])('surfaces as the very error, and holds up nothing: it %s', async (_, hear) => {
    const problems = new ProblemReport(hear);
    problems.add(problem);
    problems.add(problem);
    await afterMicrotasks();
    expect(errors).toEqual([failure, failure]);
  });
});

describe('A problem that nobody asked for', () => {
  it('is a warning of the process, with control characters escaped', () => {
    const said: unknown[] = [];
    const descriptor = Object.getOwnPropertyDescriptor(process, 'emitWarning')!;
    const value = (message: unknown): void => void said.push(message);
    Object.defineProperty(process, 'emitWarning', { ...descriptor, value });
    try {
      new ProblemReport().add({ ...problem, message: 'order\u001b[2J\u202e\n  is a dead letter' });
    } finally {
      Object.defineProperty(process, 'emitWarning', descriptor);
    }
    expect(said).toEqual(['order\\u001b[2J\\u202e\n  is a dead letter']);
  });
});
