import { join } from 'node:path';
import * as ts from 'typescript';
import { documents, exportsOf, modules, read, root } from './documents.js';

/** What the code in the documents takes as given. */
const prelude = `
  import type { EventBus } from 'class-events';
  import type { AggregateRoot } from 'class-events/domain';
  declare global {
    class DomainEvent { private readonly isDomainEvent: true; }
    class OrderPlaced extends DomainEvent { constructor(orderId: string); readonly orderId: string; readonly total: number; }
    class OrderShipped extends DomainEvent { constructor(orderId: string); readonly orderId: string; private readonly shipped: true; }
    class OrderCancelled extends DomainEvent { readonly orderId: string; private readonly cancelled: true; }
    class ChargeFailed extends DomainEvent { constructor(orderId: string); }
    const bus: EventBus;
    const mailer: { send(orderId: string): Promise<void> };
    const view: object;
    function chargeCard(event: OrderPlaced): Promise<void>;
    const pLimit: typeof import('p-limit').default;
    class Receipts { private readonly areReceipts: true; }
    class Invoices { private readonly areInvoices: true; }
    const container: { resolve<T>(key: new () => T): T; resolveLater<T>(key: new () => T, event: object): Promise<T> };
    class LoginFailed { constructor(user: string); }
    interface Transaction { transaction: RunTransaction; $transaction: RunTransaction; transactional: RunTransaction; }
    type RunTransaction = <T>(run: (transaction: Transaction) => Promise<T>) => Promise<T>;
    const db: { transaction: RunTransaction };
    const prisma: { $transaction: RunTransaction };
    const dataSource: { transaction: RunTransaction; manager: Transaction };
    const kysely: { transaction(): { execute: RunTransaction } };
    const knex: { transaction: RunTransaction };
    const em: { transactional: RunTransaction };
    const mongoose: { connection: { transaction: RunTransaction } };
    type PoolClient = import('pg').PoolClient;
    const pool: import('pg').Pool;
    class Order extends AggregateRoot<OrderPlaced> { readonly id: string; }
    const order: Order;
    const orders: { save(order: Order, transaction?: Transaction): Promise<void>; has(orderId: string): Promise<boolean> };
    const ledger: { book(event: OrderPlaced, transaction?: Transaction): void };
    const user: string;
    const catalog: import('class-events/catalog').EventCatalog;
    const outbox: import('class-events/outbox').Outbox;
    function audit(event: object): Promise<void>;
  }`;
/** What a block without an import of its own can name: the core and the domain. */
const importAll = modules
  .filter(({ name }) => ['class-events', 'class-events/domain'].includes(name))
  .map(({ name, file }) => {
    const names = exportsOf(file).map((each) => (each.type ? `type ${each.name}` : each.name));
    return `import { ${names.join(', ')} } from '${name}';`;
  })
  .join(' ');

interface Block {
  readonly place: string;
  readonly code: string;
}

function blocksOf(document: string): Block[] {
  const text = read(document);
  return Array.from(text.matchAll(/^```ts\n([^]*?)^```$/gm), ({ 1: code = '', index }) => ({
    place: `${document}:${text.slice(0, index).split('\n').length}`,
    // A block with an import of the package stands alone; on the same line, so that line numbers are right.
    code: /from 'class-events'/.test(code) ? code : `${importAll} ${code}`,
  }));
}

const dialects: Record<string, ts.CompilerOptions> = {
  standard: {},
  legacy: { experimentalDecorators: true, emitDecoratorMetadata: true },
};

/** The files of the project and of its packages. They are the same for each program, and take most of its time. */
const parsedFiles = new Map<string, ts.SourceFile | undefined>();

/** What the compiler says about each block. */
function complaintsAbout(blocks: readonly Block[], dialect: ts.CompilerOptions): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const own = { noUnusedLocals: false, noUnusedParameters: false, verbatimModuleSyntax: false, isolatedModules: false };
  const host = ts.createCompilerHost({ ...options, ...own, ...dialect });
  const files = new Map(blocks.map(({ code }, index) => [join(root, `block-${index}.ts`), code]));
  files.set(join(root, 'prelude.ts'), prelude);
  host.fileExists = (file) => files.has(file) || ts.sys.fileExists(file);
  host.readFile = (file) => files.get(file) ?? ts.sys.readFile(file);
  const parse = host.getSourceFile.bind(host);
  host.getSourceFile = (file, language) => {
    if (files.has(file)) return parse(file, language);
    if (!parsedFiles.has(file)) parsedFiles.set(file, parse(file, language));
    return parsedFiles.get(file);
  };
  const program = ts.createProgram({ rootNames: [...files.keys()], options: { ...options, ...own, ...dialect }, host });
  return [...files.keys()].flatMap((file, index) => {
    const sourceFile = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(sourceFile), ...program.getSemanticDiagnostics(sourceFile)].map(
      ({ messageText, start = 0 }) => {
        const line = sourceFile?.getLineAndCharacterOfPosition(start).line ?? 0;
        const place = blocks[index]?.place ?? 'the prelude';
        return `${place} + ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      },
    );
  });
}

describe('the code in the documents', () => {
  const blocks = documents.flatMap(blocksOf);

  it('compiles', () => {
    expect(blocks.length).toBeGreaterThan(15);
    expect(complaintsAbout(blocks, {})).toEqual([]);
  });

  it('compiles in the legacy dialect, where it has decorators', () => {
    const decorated = blocks.filter(({ code }) => code.includes('@On('));
    expect(decorated.length).toBeGreaterThan(0);
    expect(complaintsAbout(decorated, dialects['legacy'] ?? {})).toEqual([]);
  });

  it('would be found out if it did not', () => {
    const wrong = { place: 'here', code: `${importAll} bus.subscribe(OrderPlaced, (event: OrderShipped) => event);` };
    expect(complaintsAbout([wrong], {})).toEqual([
      expect.stringMatching(/^here \+ 1: .*OrderShipped.* is not assignable/),
    ]);
  });
});
