import { Consumer } from './consumer.js';

/** A runner: what to install for its `expect`, how that is imported, and the types of the one that needs no import. */
interface Runner {
  readonly name: string;
  readonly packages: readonly string[];
  readonly matchers: string;
  readonly imported?: string;
  readonly globals?: string;
}

/** The oldest and the newest that are supported. Those between them were tried by hand. */
const runners: Runner[] = [
  ...['1', '4'].map((version) => ({
    name: `vitest ${version}`,
    packages: [`vitest@${version}`],
    matchers: 'class-events/testing/vitest',
    imported: 'vitest',
    globals: 'vitest/globals',
  })),
  ...['29', '30'].map((version) => ({
    name: `jest ${version}`,
    packages: [`@jest/globals@${version}`, `expect@${version}`],
    matchers: 'class-events/testing/jest',
    imported: '@jest/globals',
  })),
  ...['28', '30'].map((version) => ({
    name: `the global expect of jest ${version}`,
    packages: [`@types/jest@${version}`],
    matchers: 'class-events/testing/jest',
    globals: 'jest',
  })),
];

const body = `
  import { EventBus } from 'class-events';
  import { recordEvents } from 'class-events/testing';
  class OrderPlaced { constructor(readonly orderId: string) {} }
  const recorder = recordEvents(new EventBus());
  expect.extend(eventMatchers);
  expect(recorder).toHavePublished(OrderPlaced, { orderId: 'o-1' });
  expect(recorder).not.toHavePublishedInOrder([OrderPlaced]);
  expect(recorder).toHaveHandled(OrderPlaced, 'Receipts.send');
  // @ts-expect-error -- a field of another type
  expect(recorder).toHavePublished(OrderPlaced, { orderId: 1 });
  // @ts-expect-error -- a name is no class
  expect(recorder).toHaveHandled('OrderPlaced');`;

const resolutions = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
];

describe.each(runners)('the matchers of the packed package, with $name', (runner) => {
  const { packages, matchers, imported, globals } = runner;
  let consumer: Consumer;
  beforeAll(() => {
    // Only declarations are needed: no binaries, and nothing that install scripts would fetch.
    consumer = new Consumer([...packages, '@types/node@~20.19.0'], '--ignore-scripts', '--omit=optional');
  });
  afterAll(() => consumer.remove());

  /** What the compiler says of a test in each module format. */
  function complaints(imports: string[], types: string[]): string[] {
    const files = ['test.mts', 'test.cts'];
    for (const file of files) consumer.write(file, imports.join('\n') + body);
    return resolutions.map((resolution) => {
      const options = { ...resolution, target: 'es2022', types: ['node', ...types], noEmit: true, skipLibCheck: true };
      return consumer.compile(files, options).output;
    });
  }
  const ours = `import { eventMatchers } from '${matchers}';`;
  const theirs = `import { expect } from '${imported}';`;

  if (imported !== undefined) {
    it('are typed when they are imported before it', () => {
      expect(complaints([ours, theirs], [])).toEqual(['', '']);
    });

    it('are typed when they are imported after it', () => {
      expect(complaints([theirs, ours], [])).toEqual(['', '']);
    });
  }

  if (globals !== undefined) {
    it('are typed when expect is global', () => {
      expect(complaints([ours], [globals])).toEqual(['', '']);
    });
  }
});
