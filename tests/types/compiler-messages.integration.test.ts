import { join, resolve } from 'node:path';
import * as ts from 'typescript';

const root = resolve(__dirname, '../..');

/** What each case is written into, in both dialects. */
const prelude = `import { type DurableContext, EventBus, On } from 'class-events';
import { domainEvents } from 'class-events/domain';
class OrderPlaced { constructor(readonly orderId: string) {} }
class OrderShipped { constructor(readonly carrier: string) {} }
declare const bus: EventBus;
`;

const dialects: Readonly<Record<string, ts.CompilerOptions>> = {
  standard: {},
  legacy: { experimentalDecorators: true, emitDecoratorMetadata: true },
};

const parsedFiles = new Map<string, ts.SourceFile | undefined>();

/** The lines that the compiler prints about a program, without the names of files. */
function linesOn(code: string, dialect: ts.CompilerOptions): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const own = { ...options, noUnusedLocals: false, noUnusedParameters: false, ...dialect };
  const host = ts.createCompilerHost(own);
  const file = join(root, 'case.ts');
  const isCase = (name: string): boolean => name === file;
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (name) => isCase(name) || ts.sys.fileExists(name);
  host.readFile = (name) => (isCase(name) ? prelude + code : ts.sys.readFile(name));
  host.getSourceFile = (name, language) => {
    if (isCase(name)) return ts.createSourceFile(name, prelude + code, language);
    if (!parsedFiles.has(name)) parsedFiles.set(name, getSourceFile(name, language));
    return parsedFiles.get(name);
  };
  const program = ts.createProgram({ rootNames: [file], options: own, host });
  const diagnostics = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
  const text = ts.formatDiagnostics(diagnostics, {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  });
  return text.split('\n').filter((line) => line !== '');
}

/** A mistake, and words of the compiler that tell it. */
type Mistake = readonly [mistake: string, code: string, cause: RegExp];

const onMethod = (decorator: string, parameters: string): string =>
  `class Receipts {\n  ${decorator}\n  send(${parameters}): void {}\n}`;

const underOn: readonly Mistake[] = [
  [
    'a misspelt option',
    onMethod("@On(OrderPlaced, { duable: 'mail.receipt' })", 'event: OrderPlaced'),
    /Did you mean to write 'durable'\?/,
  ],
  [
    'a misspelt option beside a right one',
    onMethod("@On(OrderPlaced, { durable: 'mail.receipt', transactionel: true })", 'event: OrderPlaced'),
    /Did you mean to write 'transactional'\?/,
  ],
  [
    'a misspelt option for a list',
    onMethod('@On([OrderPlaced, OrderShipped], { prioritty: 1 })', 'event: OrderPlaced | OrderShipped'),
    /Did you mean to write 'priority'\?/,
  ],
  [
    'a misspelt option for a class that is named late',
    onMethod('@On(() => OrderPlaced, { prioritty: 1 })', 'event: OrderPlaced'),
    /Did you mean to write 'priority'\?/,
  ],
  [
    'an impossible value of an option',
    onMethod("@On(OrderPlaced, { mode: 'parallel' })", 'event: OrderPlaced'),
    /"parallel"' is not assignable to type 'Mode/,
  ],
  [
    'a name in place of the class',
    onMethod("@On('placed')", 'event: OrderPlaced'),
    /'string' is not assignable.*EventClass/,
  ],
  [
    'a name of the class in place of it',
    onMethod('@On(OrderPlaced.name)', 'event: OrderPlaced'),
    /'string' is not assignable.*EventClass/,
  ],
  [
    'a name in a list',
    onMethod("@On([OrderPlaced, 'placed'])", 'event: OrderPlaced'),
    /'string' is not assignable|"placed"/,
  ],
  [
    'an event in place of its class',
    onMethod("@On(new OrderPlaced('o-1'))", 'event: OrderPlaced'),
    /'OrderPlaced' is not assignable.*EventClass/,
  ],
  [
    'a parameter of another class',
    onMethod('@On(OrderPlaced)', 'event: OrderShipped'),
    /OrderShipped.*Handler<OrderPlaced/,
  ],
  ['a parameter of no class', onMethod('@On(OrderPlaced)', 'event: string'), /event: string.*Handler<OrderPlaced/],
  [
    'a context that the handler does not get',
    onMethod('@On(OrderPlaced)', 'event: OrderPlaced, context: DurableContext'),
    /context: DurableContext.*Handler<OrderPlaced/,
  ],
  [
    'a static method',
    'class Receipts {\n  @On(OrderPlaced)\n  static send(event: OrderPlaced): void {}\n}',
    /@On stands on a public method/,
  ],
  [
    'a field',
    'class Receipts {\n  @On(OrderPlaced)\n  send = (event: OrderPlaced): void => {};\n}',
    /@On stands on a public method/,
  ],
  [
    'a class without handle',
    '@On(OrderPlaced)\nclass Receipts {\n  send(event: OrderPlaced): void {}\n}',
    /EventHandler<OrderPlaced|Property 'handle' is missing/,
  ],
  [
    'a class whose handle takes another event',
    '@On(OrderPlaced)\nclass Receipts {\n  handle(event: OrderShipped): void {}\n}',
    /EventHandler<OrderPlaced/,
  ],
];

const inCalls: readonly Mistake[] = [
  [
    'a misspelt option',
    'bus.subscribe(OrderPlaced, () => {}, { prioritty: 1 });',
    /Did you mean to write 'priority'\?/,
  ],
  ['a name in place of the class', "bus.subscribe('OrderPlaced', () => {});", /'string' is not assignable.*EventClass/],
  [
    'a handler of another class',
    'bus.subscribe(OrderPlaced, (event: OrderShipped) => event.carrier);',
    /event: OrderShipped.*OrderPlaced/,
  ],
  [
    'a handler before the name of the class',
    'bus.subscribe((event: OrderPlaced) => event.orderId, OrderPlaced.name);',
    /'string' is not assignable/,
  ],
  [
    'a name of the class in place of it, behind the handler',
    'domainEvents(bus).register((event: OrderPlaced) => event.orderId, OrderPlaced.name);',
    /'string' is not assignable to parameter of type 'EventClass/,
  ],
  [
    'a name of the class in place of it, behind a bound method',
    'class Receipts { send(event: OrderPlaced): void {} }\nconst { register } = domainEvents(bus);\nregister(new Receipts().send.bind(new Receipts()), OrderPlaced.name);',
    /'string' is not assignable to parameter of type 'EventClass/,
  ],
  [
    'a handler of another class, before the class',
    'domainEvents(bus).register((event: OrderPlaced) => event.orderId, OrderShipped);',
    /event: OrderPlaced.*OrderShipped/,
  ],
];

/** How far down a reader looks: the message is most often cut there by an editor. */
const firstLines = 3;
const length = 10;

describe.each(Object.entries(dialects))('in the %s dialect, the compiler', (_, dialect) => {
  it.each(underOn)('tells %s under @On in its first lines', (_mistake, code, cause) => {
    const lines = linesOn(code, dialect);
    expect(lines.slice(0, firstLines).join('\n')).toMatch(cause);
    expect(lines.length).toBeLessThanOrEqual(length);
  });
});

describe('the compiler', () => {
  it.each(inCalls)('tells %s of a call in its first lines', (_, code, cause) => {
    const lines = linesOn(code, {});
    expect(lines.slice(0, firstLines).join('\n')).toMatch(cause);
    expect(lines.length).toBeLessThanOrEqual(length);
  });

  it('says nothing where there is no mistake', () => {
    const code = onMethod(
      "@On(OrderPlaced, { durable: 'mail.receipt' })",
      'event: OrderPlaced, context: DurableContext',
    );
    for (const dialect of Object.values(dialects)) expect(linesOn(code, dialect)).toEqual([]);
  });
});
