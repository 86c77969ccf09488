// `npm run test:mutation`: changes the core a little, hundreds of times, and expects a test to fail each time.
export default {
  mutate: ['src/core/**/*.ts', '!src/**/*.d.ts', '!src/core/index.ts'],
  testRunner: 'jest',
  // The suites of tests/mutation load all others by name, which jest does not see.
  jest: { configFile: 'jest.config.ts', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // What runs once on load (tables, messages of classes) cannot be told apart by test, and would need all tests each time.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 3_000,
  timeoutFactor: 1.25,
  reporters: ['clear-text', 'progress', 'html'],
  htmlReporter: { fileName: 'reports/mutation.html' },
  tempDirName: '.stryker-tmp',
  thresholds: { high: 95, low: 90, break: 85 },
};
