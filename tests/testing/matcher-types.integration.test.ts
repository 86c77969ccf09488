import { join, resolve } from 'node:path';
import * as ts from 'typescript';

const root = resolve(__dirname, '../..');

/** The same lines for each `expect`; the mistakes in them are to be found. */
const body = `
  import { type EventRecorder } from 'class-events/testing';
  class OrderPlaced {
    constructor(readonly orderId: string, readonly address: { readonly city: string; readonly lines: readonly string[] }) {}
  }
  class OrderShipped { constructor(private readonly carrier: string) { void this.carrier; } }
  declare const recorder: EventRecorder;
  export async function compiles(): Promise<void> {
    expect.extend(eventMatchers);
    expect(recorder).toHavePublished(OrderPlaced);
    expect(recorder).toHavePublished(Object);
    expect(recorder).not.toHavePublished(OrderPlaced, { orderId: 'o-1', address: { city: 'here', lines: ['a street'] } });
    expect(recorder).toHavePublished(OrderPlaced, { orderId: expect.stringMatching(/^o-/), address: expect.anything() });
    expect(recorder).toHavePublishedInOrder([OrderPlaced, OrderShipped]);
    expect(recorder).toHaveHandled(OrderPlaced, 'Receipts.send');
    const nothing: void = expect(recorder).toHaveHandled(OrderPlaced);
    const later: Promise<void> = expect(Promise.resolve(recorder)).resolves.toHavePublished(OrderPlaced);
    await Promise.all([nothing, later]);
    // @ts-expect-error -- no such field
    expect(recorder).toHavePublished(OrderPlaced, { order: 'o-1' });
    // @ts-expect-error -- a field of another type
    expect(recorder).toHavePublished(OrderPlaced, { orderId: 1 });
    // @ts-expect-error -- a field in a field
    expect(recorder).toHavePublished(OrderPlaced, { address: { town: 'here' } });
    // @ts-expect-error -- a name is no class
    expect(recorder).not.toHavePublished('OrderPlaced');
    // @ts-expect-error -- classes come as a list
    expect(recorder).toHavePublishedInOrder(OrderPlaced, OrderShipped);
    // @ts-expect-error -- handlers are named
    expect(recorder).toHaveHandled(OrderPlaced, OrderShipped);
  }`;

/** What the compiler says about the lines, in a program that knows no other test framework. */
function complaints(imports: string, types: string[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options: base } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const options = { ...base, types };
  const file = join(root, 'matchers-of-a-user.ts');
  const host = ts.createCompilerHost(options);
  host.readFile = (name) => (name === file ? imports + body : ts.sys.readFile(name));
  host.fileExists = (name) => name === file || ts.sys.fileExists(name);
  const program = ts.createProgram({ rootNames: [file], options, host });
  return ts.getPreEmitDiagnostics(program).map(({ file: source, start = 0, messageText }) => {
    const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
    return `${source?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

describe('the matchers are typed for', () => {
  it.each([
    ["jest's global expect", `import { eventMatchers } from 'class-events/testing/jest';`, ['node', 'jest']],
    [
      '@jest/globals',
      `import { expect } from '@jest/globals'; import { eventMatchers } from 'class-events/testing/jest';`,
      ['node'],
    ],
    [
      'vitest',
      `import { expect } from 'vitest'; import { eventMatchers } from 'class-events/testing/vitest';`,
      ['node'],
    ],
  ])('%s', (_, imports, types) => {
    expect(complaints(imports, types)).toEqual([]);
  });

  it('the matchers are typed for no framework where only the plain matchers are imported', () => {
    const plain = `import { expect } from 'vitest'; import { eventMatchers } from 'class-events/testing';`;
    expect(complaints(plain, ['node'])).toContainEqual(
      expect.stringContaining("Property 'toHavePublished' does not exist on type"),
    );
  });
});
