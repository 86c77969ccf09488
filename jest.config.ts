/** @jest-config-loader-options {"transpileOnly": true, "compilerOptions": {"module": "commonjs", "moduleResolution": "bundler"}} */
import type { Config } from 'jest';

type Project = Exclude<NonNullable<Config['projects']>[number], string>;

const mutating = process.env['STRYKER_MUTATOR_WORKER'] !== undefined;

/** The tests that `npm run test:integration` runs: they need a database, a compiler, another framework or the command line. */
const integration = '\\.integration\\.test\\.ts$';

/** CommonJS, because ts-jest ignores type errors in ES modules (29.4.15); examples and consumers cover ESM. */
function project(
  displayName: string,
  dialect: 'standard' | 'legacy',
  paths: { run: string[]; skip?: string[] },
): Project {
  const tsconfig =
    dialect === 'standard' ? '<rootDir>/tests/tsconfig.json' : '<rootDir>/tests/legacy-only/tsconfig.json';
  return {
    displayName,
    testEnvironment: mutating ? '<rootDir>/tests/mutation/first-failure.cjs' : 'node',
    testMatch: paths.run.map((path) => `<rootDir>/tests/${path}`),
    testPathIgnorePatterns: ['/node_modules/', ...(paths.skip ?? [])],
    setupFiles: ['<rootDir>/tests/setup/expose-gc.ts'],
    // Later than the test runner, which takes timers of its own.
    setupFilesAfterEnv: ['<rootDir>/tests/setup/platform.ts'],
    moduleNameMapper: {
      '^class-events$': '<rootDir>/src/index.ts',
      '^class-events/(.*)$': '<rootDir>/src/$1/index.ts',
      '^(\\.{1,2}/.*)\\.js$': '$1',
    },
    transform: {
      // Types are checked once, by `npm run typecheck`. Otherwise each worker checks them again, for most of the time of a run.
      '\\.ts$': ['ts-jest', { tsconfig, diagnostics: false, transpilation: true }],
    },
    // Built copies of this package would be found twice.
    modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.stryker-tmp/'],
  };
}

/** Tests of `npm test`, which needs no server and takes a minute. */
const unit = [
  project('standard', 'standard', {
    run: ['**/*.test.ts'],
    skip: [integration, '<rootDir>/tests/legacy-only/', '<rootDir>/tests/mutation/'],
  }),
  project('legacy', 'legacy', {
    run: ['core/on/**/*.test.ts', 'contracts/**/*.test.ts', 'legacy-only/**/*.test.ts'],
    skip: [integration],
  }),
];
const legacyFolders = ['legacy-only', 'nestjs'];
/** Folders whose tests need more than `npm ci`: the packed package, a browser. */
const ownFolders = ['package', 'pages'];
const rest = [
  project('integration', 'standard', {
    run: ['**/*.integration.test.ts'],
    skip: [...legacyFolders, ...ownFolders].map((folder) => `<rootDir>/tests/${folder}/`),
  }),
  project('integration-legacy', 'legacy', {
    run: legacyFolders.map((folder) => `${folder}/**/*.integration.test.ts`),
  }),
  {
    ...project('package', 'standard', { run: ['package/**/*.integration.test.ts'] }),
    globalSetup: '<rootDir>/tests/package/pack.ts',
    globalTeardown: '<rootDir>/tests/package/unpack.ts',
  },
  project('pages', 'standard', { run: ['pages/**/*.integration.test.ts'] }),
];
const mutation = [
  project('standard', 'standard', { run: ['mutation/standard.test.ts'] }),
  project('legacy', 'legacy', { run: ['mutation/legacy.test.ts'] }),
];

const config: Config = {
  // Many suites wait for servers and child processes, so a core that is left over would wait too.
  maxWorkers: '100%',
  // The only limit of a test, for one that hangs: a busy machine takes ten times as long as an idle one.
  // A mutant that never settles is killed by the clock; nothing of the core takes a second.
  testTimeout: mutating ? 3_000 : 180_000,
  projects: mutating ? mutation : [...unit, ...rest],
  // A list of names has nothing to cover. Coverage costs each file that is measured a second compilation, and only the core promises it.
  collectCoverageFrom: ['src/core/**/*.ts', '!src/**/*.d.ts', '!src/core/index.ts'],
  coverageThreshold: { global: {}, './src/core/': { lines: 100, branches: 100, functions: 100, statements: 100 } },
  coverageReporters: ['text', 'lcov'],
};
export default config;
