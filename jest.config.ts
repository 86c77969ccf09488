import type { Config } from 'jest';

type Project = Exclude<NonNullable<Config['projects']>[number], string>;

const mutating = process.env['STRYKER_MUTATOR_WORKER'] !== undefined;

/** CommonJS, because ts-jest ignores type errors in ES modules (29.4.15); examples and consumers cover ESM. */
function project(displayName: string, tsconfig: string, paths: { run: string[]; skip?: string[] }): Project {
  return {
    displayName,
    testEnvironment: mutating ? '<rootDir>/tests/mutation/first-failure.cjs' : 'node',
    testMatch: paths.run.map((path) => `<rootDir>/tests/${path}`),
    testPathIgnorePatterns: ['/node_modules/', ...(paths.skip ?? []).map((path) => `<rootDir>/tests/${path}`)],
    setupFiles: ['<rootDir>/tests/setup/expose-gc.ts'],
    moduleNameMapper: {
      '^class-events$': '<rootDir>/src/index.ts',
      '^class-events/(.*)$': '<rootDir>/src/$1/index.ts',
      '^(\\.{1,2}/.*)\\.js$': '$1',
    },
    transform: {
      // Types are checked once, by `npm run typecheck`. Here each worker would check them again, for most of the time of a run.
      '\\.ts$': ['ts-jest', { tsconfig, diagnostics: false, transpilation: true }],
    },
    // Built copies of this package would be found twice.
    modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.stryker-tmp/'],
  };
}

const standard = project('standard', '<rootDir>/tests/tsconfig.json', {
  run: mutating ? ['mutation/standard.test.ts'] : ['**/*.test.ts'],
  skip: [
    ...(mutating ? [] : ['mutation/']),
    'legacy-only/',
    'nestjs/',
    'package/',
    'pages/',
    'checks/',
    'examples.test.ts',
  ],
});
const legacy = project('legacy', '<rootDir>/tests/legacy-only/tsconfig.json', {
  run: mutating
    ? ['mutation/legacy.test.ts']
    : ['core/on/**/*.test.ts', 'contracts/**/*.test.ts', 'legacy-only/**/*.test.ts', 'nestjs/**/*.test.ts'],
});
const checks = project('checks', '<rootDir>/tests/tsconfig.json', { run: ['checks/**/*.test.ts', 'examples.test.ts'] });
const packed = project('package', '<rootDir>/tests/tsconfig.json', { run: ['package/**/*.test.ts'] });
packed['globalSetup'] = '<rootDir>/tests/package/pack.ts';
packed['globalTeardown'] = '<rootDir>/tests/package/unpack.ts';
// Needs a browser, so .ci/run calls it where there is one.
const pages = project('pages', '<rootDir>/tests/tsconfig.json', { run: ['pages/**/*.test.ts'] });

const config: Config = {
  // Many suites wait for servers and child processes, so a core that is left over would wait too.
  maxWorkers: '100%',
  // A mutant that never settles is killed by the clock; nothing of the core takes a second.
  ...(mutating && { testTimeout: 1200 }),
  projects: mutating ? [standard, legacy] : [standard, legacy, checks, packed, pages],
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.d.ts'],
  coverageThreshold: { global: {}, './src/core/': { lines: 100, branches: 100, functions: 100, statements: 100 } },
  coverageReporters: ['text', 'lcov'],
};
export default config;
