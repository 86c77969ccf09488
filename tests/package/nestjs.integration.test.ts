import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { Consumer, root } from './consumer.js';

/** The application that the tests boot on Nest 11 and 12, too. */
const application = join(root, 'tests/nestjs/on-12/application.ts');
type Check = readonly [statement: string, seen: unknown, expected: unknown];

describe('the module of the packed package, on NestJS 10', () => {
  let consumer: Consumer;
  beforeAll(() => {
    const nest = ['common', 'core', 'platform-express'].map((name) => `@nestjs/${name}@10`);
    consumer = new Consumer([...nest, 'reflect-metadata', 'rxjs', '@types/node@~20.19.0']);
    cpSync(application, join(consumer.folder, 'application.ts'));
    consumer.write(
      'main.mjs',
      `import { createRequire } from 'node:module';
       import { checkApplication } from './application.js';
       const { version } = createRequire(import.meta.url)('@nestjs/core/package.json');
       const checks = [['it is Nest 10', version.split('.')[0], '10'], ...(await checkApplication())];
       console.log(JSON.stringify(checks));`,
    );
  });
  afterAll(() => consumer.remove());

  it('compiles, boots, and serves an application', () => {
    const decorators = { experimentalDecorators: true, emitDecoratorMetadata: true };
    const options = { target: 'es2022', module: 'nodenext', types: ['node'], skipLibCheck: true, ...decorators };
    expect(consumer.compile(['application.ts'], options)).toEqual({ status: 0, output: '' });
    const { output } = consumer.node('main.mjs');
    const checks = JSON.parse(output) as Check[];
    expect(checks.length).toBeGreaterThan(6);
    expect(checks.filter(([, seen, expected]) => JSON.stringify(seen) !== JSON.stringify(expected))).toEqual([]);
  });
});
