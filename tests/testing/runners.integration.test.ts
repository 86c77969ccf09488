import { recordedTree } from './published.js';
import { runRunner } from './test-runner.js';

const fixtures = 'tests/testing/fixtures';
const vitest = (suite: string): string[] => [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config',
  `${fixtures}/vitest.config.mjs`,
  `${fixtures}/${suite}.vitest.ts`,
];
const nodeTest = (suite: string): string[] => [
  '--import',
  'tsx',
  '--test',
  '--test-reporter=spec',
  `${fixtures}/${suite}.node-test.ts`,
];

const order = `There was no OrderPlaced after OrderShipped. In order:

  OrderPlaced { version: 1, orderId: 'o-1', total: 10 }
  StockReserved { version: 1, orderId: 'o-1', items: [0] }
  OrderPlaced { version: 1, orderId: 'no-address', total: 10 }
  StockReserved { version: 1, orderId: 'no-address', items: [0] }
  OrderShipped { version: 1, orderId: 'o-1', carrier: 'pigeon' }`;
const unhandled = `OrderShipped was not handled by thank:

  OrderShipped { version: 1, orderId: 'o-1', carrier: 'pigeon' }
    thank: skipped: filter`;

describe('vitest', () => {
  it('passes a suite that is right', async () => {
    const { code, output } = await runRunner(...vitest('passing'));
    expect(output).toContain('Tests  2 passed (2)');
    expect(code).toBe(0);
  });

  it('shows each message whole, and the line of the test', async () => {
    const { code, output } = await runRunner(...vitest('failing'));
    const shown = (message: string, line: number): string =>
      `\nError: ${message}\n ❯ ${fixtures}/failing.vitest.ts:${line}:`;
    expect(output).toContain(
      shown(`OrderShipped { orderId: StringContaining 'x-' } was not published. What was:\n${recordedTree}`, 9),
    );
    expect(output).toContain(
      shown(
        `OrderShipped was published, and should not have been:

  OrderShipped { version: 1, orderId: 'o-1', carrier: 'pigeon' }
    thank: skipped: filter`,
        13,
      ),
    );
    expect(output).toContain(shown(order, 17));
    expect(output).toContain(shown(unhandled, 21));
    expect(output).toContain('Tests  4 failed (4)');
    expect(code).toBe(1);
  });
});

describe('jest', () => {
  it('shows each message of a scenario and of an assertion as it is, and no comparison of values that it does not have', async () => {
    const config = `${fixtures}/jest.config.mjs`;
    const { code, output } = await runRunner('node_modules/jest/bin/jest.js', '--config', config, '--ci');
    expect(output).not.toMatch(/Expected value|Received:|Message:|Difference:|visual difference/);
    const shown = (message: string): string => `\n\n${message}`.replaceAll('\n', '\n    ').replaceAll(/ +\n/g, '\n');
    const text = output.replaceAll(/ +\n/g, '\n');
    expect(text).toContain(shown('EventAssertionError: Other events were published than expected.\n\nExpected:'));
    expect(text).toContain(shown('EventAssertionError: No event was handled by thank:'));
    expect(text).toContain(
      shown(`EventAssertionError: OrderShipped { orderId: 'x-1' } was not published. What was:\n${recordedTree}`),
    );
    expect(text).toMatch(/Tests: +3 failed, 3 total/);
    expect(code).toBe(1);
  });
});

describe('node:test', () => {
  it('passes a suite that is right', async () => {
    const { code, output } = await runRunner(...nodeTest('passing'));
    expect(output).toMatch(/pass 2\n.*fail 0\n/);
    expect(code).toBe(0);
  });

  it('shows each message whole', async () => {
    const { code, output } = await runRunner(...nodeTest('failing'));
    const shown = (message: string): string => message.replaceAll('\n', '\n  ');
    const text = output.replaceAll(/\n +\n/g, '\n  \n');
    expect(text).toContain(
      shown(
        `Error [EventAssertionError]: OrderShipped { orderId: 'x-1' } was not published. What was:\n${recordedTree}\n`,
      ),
    );
    expect(text).toContain(shown(`Error [EventAssertionError]: ${order}\n`));
    expect(text).toContain(shown(`Error [EventAssertionError]: ${unhandled}\n`));
    expect(text).toContain(
      shown('Error [PublishError]: A handler failed:\n  OrderPlaced → Receipts.send: Error: no address\n'),
    );
    expect(text).toMatch(/pass 0\n.*fail 4\n/);
    expect(code).toBe(1);
  });
});
