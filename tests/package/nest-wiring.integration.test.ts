import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Consumer, root, tarball } from './consumer.js';

/** The version of a package that this project tests with. */
function version(name: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return `${name}@${devDependencies[name]}`;
}

const nest = ['@nestjs/common', '@nestjs/core', 'rxjs', 'typescript', '@types/node', 'tsx'];

const application = `
import { Injectable, Module, Scope } from '@nestjs/common';
import { On } from 'class-events';
import { EventBusModule } from 'class-events/nestjs';

export class OrderPlaced {}
export class OrderShipped {}

@Injectable()
class Database {
  constructor() { throw new Error('there is no database here'); }
}
@Injectable()
class Receipts {
  constructor(private readonly database: Database) {}
  @On(OrderPlaced)
  async send(_event: OrderPlaced): Promise<void> {}
  @On()
  note(_event: OrderShipped): void {}
}
@Injectable({ scope: Scope.REQUEST })
class Audit {
  @On(OrderPlaced, { durable: 'audit.note' })
  note(_event: OrderPlaced): void {}
}
class Search {
  @On(OrderPlaced)
  index(_event: OrderPlaced): void {}
}
@Module({
  imports: [EventBusModule.forRoot({ name: 'shop' })],
  providers: [Database, Receipts, Audit, { provide: Search, useFactory: () => { throw new Error('no search'); } }],
})
export class AppModule {
  onModuleInit() { throw new Error('no hook is called'); }
}
`;

const wiring = `OrderPlaced
  1  sync   Search.index
  2  async  Receipts.send
  3  async  Audit.note     durable audit.note

OrderShipped
  1  sync  Receipts.note
`;

describe('the command on a NestJS application in TypeScript', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = new Consumer(nest.map(version));
    consumer.write('package.json', JSON.stringify({ name: 'shop', private: true }));
    const compilerOptions = {
      target: 'es2022',
      module: 'commonjs',
      rootDir: 'src',
      strict: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      outDir: 'dist',
    };
    consumer.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src'] }));
    consumer.write('src/app.module.ts', application);
    consumer.write('src/wiring.ts', "export { AppModule as module } from './app.module';");
    consumer.write('src/default.ts', "import { AppModule } from './app.module';\nexport default AppModule;");
  });
  afterAll(() => consumer.remove());
  const classEvents = (...words: string[]): ReturnType<Consumer['run']> =>
    consumer.run(join('node_modules', '.bin', 'class-events'), ...words);
  const withoutPlaces = (output: string): string => output.replaceAll(/ +src\/\S+:\d+$/gm, '');

  it('beside tsx alone, which emits no parameter types, says what to install', () => {
    const { status, output } = classEvents('wiring', 'src/wiring.ts');
    expect(output).toMatch(/^class-events: Loading src\/wiring\.ts failed: .*@On\(\)/);
    expect(output).toMatch(/emitDecoratorMetadata.*tsx does not emit: npm install --save-dev @swc-node\/register/);
    expect(status).toBe(2);
  });

  function install(...compilers: string[]): void {
    const packages = [...nest.map(version), ...compilers, tarball()];
    const { status, output } = consumer.run('npm', 'install', '--no-audit', '--no-fund', '--no-save', ...packages);
    if (status !== 0) throw new Error(output);
  }

  describe('beside ts-node', () => {
    beforeAll(() => install(version('ts-node')));

    it.each(['src/wiring.ts', 'src/default.ts'])(
      'finds the subscribers of the module in %s, and builds nothing',
      (entry) => {
        const { status, output } = classEvents('wiring', entry);
        expect(withoutPlaces(output)).toBe(wiring);
        expect(status).toBe(0);
      },
    );

    it('locks, checks and explains', () => {
      expect(classEvents('lock', 'src/wiring.ts').status).toBe(0);
      expect(classEvents('check', 'src/wiring.ts').status).toBe(0);
      const { status, output } = classEvents('explain', 'src/wiring.ts', '--event', 'OrderShipped');
      expect(output).toContain('Receipts.note  runs');
      expect(status).toBe(0);
    });
  });

  describe('beside @swc-node/register', () => {
    beforeAll(() => install('@swc-node/register@~1.12.1', '@swc/core@~1.15.0'));

    it.each([
      ['commonjs', './app.module'],
      ['module', './app.module.js'],
    ])('finds the same in a package of type %s', (type, path) => {
      consumer.write('package.json', JSON.stringify({ name: 'shop', private: true, type }));
      consumer.write('src/wiring.ts', `export { AppModule as module } from '${path}';`);
      const { status, output } = classEvents('wiring', 'src/wiring.ts');
      expect(withoutPlaces(output)).toBe(wiring);
      expect(status).toBe(0);
    });
  });
});
