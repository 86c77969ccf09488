import { PublishError } from 'class-events';
import { type ChildResult, runChild } from '../../support/child-process.js';

describe('failures nobody awaits, in a process of their own', () => {
  let told: ChildResult;
  let untold: ChildResult;

  beforeAll(async () => {
    [told, untold] = await Promise.all([runChild('uncaught-errors.ts'), runChild('uncaught-error-ends-process.ts')]);
  });

  it('failures are uncaught exceptions of the platform, never unhandled rejections', () => {
    expect(told.code).toBe(0);
    expect(JSON.parse(told.stdout)).toEqual({
      uncaughtException: [
        'sync',
        'async',
        'rejected with a string',
        'async handler that throws at once',
        'HandlerTimeoutError',
        'HandlerFailed handler',
        'logged',
        'onError',
        'what onError was told',
        'observer',
        'dropped by a filter',
      ],
      unhandledRejection: ['PublishError'],
    });
  });

  it('failures leave to the caller the rejection of a publish promise that was dropped', () => {
    expect((JSON.parse(told.stdout) as { unhandledRejection: string[] }).unhandledRejection).toEqual([
      PublishError.name,
    ]);
  });

  it('failures end a Node process that has no other arrangement, with the stack of the handler and not of the library', () => {
    expect(untold.code).not.toBe(0);
    expect(untold.stdout).toBe('before\n');
    expect(untold.stderr).toContain('Error: the handler failed');
    expect(untold.stderr).toContain('theHandlerThatFailed');
  });
});
