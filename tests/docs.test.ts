import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as ts from 'typescript';
import { handlerOptions } from '../src/core/index.js';

const root = resolve(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const filesIn = (folder: string): string[] => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });

/** All documents of the project, but for the generated ones. */
const documents = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...filesIn('docs')
    .filter((file) => file.endsWith('.md') && !file.startsWith('api'))
    .map((file) => join('docs', file)),
];
const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
/** The entry points of the package, and where each of them is written. */
const { exports: entries } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> };
const modules = Object.keys(entries)
  .filter((entry) => !entry.endsWith('.json'))
  .map((entry) => ({ name: `class-events${entry.slice(1)}`, file: join('src', entry, 'index.ts') }));

/** The public names of an entry point. */
const exportsOf = (file: string): { name: string; type: boolean }[] =>
  ts
    .createSourceFile('index.ts', read(file), ts.ScriptTarget.ES2022)
    .statements.filter(ts.isExportDeclaration)
    .flatMap(({ exportClause, isTypeOnly }) => {
      if (exportClause === undefined || !ts.isNamedExports(exportClause)) throw new Error(`${file} exports by name.`);
      return exportClause.elements.map((element) => ({
        name: element.name.text,
        type: isTypeOnly || element.isTypeOnly,
      }));
    });

describe('README.md', () => {
  const readme = read('README.md');

  it('shows the first example as it is, and what it prints', () => {
    const example = read('examples/01-subscribe-and-publish.ts');
    const [code, output] = parts(example);
    const [shown, printed] = /```ts\n([^]*?)```[^]*?```text\n([^]*?)```/.exec(readme)?.slice(1) ?? [];
    expect(shown).toBe(code);
    expect(printed).toBe(output);
  });

  it('says what every handler option does, and its default', () => {
    const [, table = ''] = /## Handler options([^]*?)\n## /.exec(readme) ?? [];
    const rows = Array.from(table.matchAll(/^\| (`.*?) +\| (.*?) +\|/gm), ([, names = '', value = '']) => ({
      names,
      value,
    }));
    const documented = rows.flatMap(({ names, value }) =>
      Array.from(names.matchAll(/`(\w+)`/g), ([, name = '']) => [name, value.replaceAll('`', '')] as const),
    );
    expect(documented.map(([name]) => name).sort()).toEqual(Object.keys(handlerOptions).sort());
    expect(Object.fromEntries(documented)).toMatchObject({
      priority: String(handlerOptions.priority.default),
      phase: handlerOptions.phase.default,
    });
  });

  it('says how large the core is at most', () => {
    const [, limit] = /^const limit = (\d+);$/m.exec(read('tests/size.test.ts')) ?? [];
    expect(readme).toContain(`at most ${Number(limit) / 1000} kB, minified`);
  });

  it('names the commands of a newcomer', () => {
    for (const command of ['npm ci && npm start', 'npm ci && npm test']) expect(readme).toContain(command);
  });
});

/** An example without its last lines, and what those say it prints. */
function parts(example: string): [code: string, output: string] {
  const [code = '', comments = ''] = example.split(/\n*\/\/ prints:\n/);
  return [`${code.trimEnd()}\n`, comments.replaceAll(/^\/\/ ?/gm, '')];
}

describe('every public name', () => {
  it('is explained in README or docs', () => {
    const text = documents.filter((file) => file === 'README.md' || file.startsWith('docs')).map(read);
    const missing = modules
      // The types of a module stand in the API reference, each with an example; those of the core also here.
      .flatMap(({ name, file }) => exportsOf(file).filter(({ type }) => !type || name === 'class-events'))
      .filter(({ name }) => !text.some((each) => new RegExp(`\\b${name}\\b`).test(each)));
    expect(missing).toEqual([]);
  });
});

describe('ARCHITECTURE.md', () => {
  const text = read('ARCHITECTURE.md');

  it('has at most 200 lines', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  });

  it('has a paragraph for each folder of src', () => {
    const folders = filesIn('src')
      .filter((file) => statSync(join(root, 'src', file)).isDirectory())
      .map((folder) => join('src', folder));
    const described = Array.from(text.matchAll(/\*\*`(src\/[\w/]+)`\*\*/g), ([, folder = '']) => folder);
    expect(described.sort()).toEqual(folders.sort());
  });

  it('says of each room what it may import, as the rules do', async () => {
    const { default: cruiser } = (await import(join(root, '.dependency-cruiser.cjs'))) as {
      default: { forbidden: { name: string; comment: string }[] };
    };
    const sentences = cruiser.forbidden.flatMap(({ name, comment }) => {
      const [, room = '', allowed = ''] = /^(\S+) imports itself, .* of the rooms: (.*)\.$/.exec(comment) ?? [];
      if (name.endsWith('-rooms')) return { room, sentence: importsOf(allowed) };
      const module = `src/${name.replace('-ground', '')}`;
      return name.endsWith('-ground') ? { room: module, sentence: `The ground of \`${module}\` imports no room.` } : [];
    });
    expect(sentences.length).toBeGreaterThan(8);
    const untold = sentences.filter(({ room, sentence }) => {
      const [, paragraph = ''] = text.split(`**\`${room}\`**`);
      return !(paragraph.split('\n\n')[0] as string).replaceAll(/\s+/g, ' ').includes(sentence);
    });
    expect(untold).toEqual([]);
  });
});

function importsOf(rooms: string): string {
  const names = rooms.split(', ').map((room) => `\`${room}\``);
  return rooms === 'none' ? 'It imports no other room.' : `It imports the room ${names.join(' and ')}.`;
}

describe('src', () => {
  it('has no file or folder for what has no name', () => {
    const nameless = /(^|\/)(utils?|types?|common|helpers?|interfaces?|shared|misc)(\.|\/|$)/;
    expect(filesIn('src').filter((file) => nameless.test(file))).toEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  it('says what each npm script does', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const text = read('CONTRIBUTING.md');
    const missing = Object.keys(scripts).filter(
      (name) => !text.includes(name === 'test' || name === 'start' ? `npm ${name}\`` : `npm run ${name}\``),
    );
    expect(missing.filter((name) => name !== 'prepack')).toEqual([]);
  });
});

describe.each(documents)('%s', (document) => {
  const text = read(document);

  it('has no link that leads nowhere', () => {
    const broken = Array.from(withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? document : relative(root, resolve(root, dirname(document), path));
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('names no file that is not there', () => {
    const paths = Array.from(
      text.matchAll(/`((?:src|tests|examples|docs|scripts|bench)\/[\w./-]*)`/g),
      ([, path = '']) => path,
    );
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

/** The anchors that GitHub makes of a document's headings. */
function anchorsOf(text: string): string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

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
    interface Transaction { transaction: RunTransaction; }
    type RunTransaction = <T>(run: (transaction: Transaction) => Promise<T>) => Promise<T>;
    const db: { transaction: RunTransaction };
    const prisma: { $transaction: RunTransaction };
    const dataSource: { transaction: RunTransaction };
    const kysely: { transaction(): { execute: RunTransaction } };
    const knex: { transaction: RunTransaction };
    const em: { transactional: RunTransaction };
    const mongoose: { connection: { transaction: RunTransaction } };
    type PoolClient = import('pg').PoolClient;
    const pool: import('pg').Pool;
    class Order extends AggregateRoot<OrderPlaced> { readonly id: string; }
    const order: Order;
    const orders: { save(order: Order, transaction?: Transaction): Promise<void> };
    const ledger: { book(event: OrderPlaced): void };
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
    expect(complaintsAbout([wrong], {})).toEqual([expect.stringMatching(/^here \+ 1: No overload matches/)]);
  });
});
