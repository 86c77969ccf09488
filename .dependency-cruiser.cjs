/**
 * The boundaries of ARCHITECTURE.md, as rules. Imports of types count like any other.
 * tests/checks/boundaries.test.ts breaks each rule once and sees it go red.
 */

/** The core's files, bottom to top: a file imports only from lines above its own. */
const ladder = [
  'symbol-metadata',
  'uncaught',
  'errors',
  'event-class',
  'option-checks',
  'stoppable-event',
  'handler',
  'delivery-options',
  'handler-function',
  'mark',
  'on',
  'subscription',
  'subscription-group',
  'subscription-registry',
  'handler-failed',
  'publish-report',
  'subscriber-method',
  'subscribers',
  'dispatch-plan',
  'dispatch-observer',
  'in-flight',
  'cause',
  'dispatch',
  'deferral',
  'dispatch-ports',
  'handler-context',
  'deliver',
  'explanation',
  'last-resort',
  'event-bus-options',
  'dispatcher',
  'bus-lifecycle',
  'publish',
  'event-stream',
  'waiting',
  'event-bus',
  'index',
];

/** What a module may import besides the core and itself. */
const allowances = {
  outbox: ['catalog', 'domain'],
  workers: ['catalog'],
  transport: ['catalog', 'outbox'],
  // The one command of the package serves the outbox too.
  'wiring/cli/outbox': ['wiring', 'outbox'],
};

/** Folders, or files of them, that run wherever the core runs: no Node built-ins. Only one file of testing knows async contexts. */
const platformFree = [
  'core/',
  'catalog/',
  'testing/(?!async-span\\.ts)',
  'wiring/(?!cli/|node/|scan/)',
  'workers/(?!piscina-threads\\.ts|worker-pool\\.ts)',
];

const anyOf = (names) => `(?:${names.join('|')})`;

const ladderRules = ladder.slice(0, -1).map((file, line) => ({
  name: 'core-ladder',
  comment: `src/core/${file}.ts may import the lines above it in the ladder only (see .dependency-cruiser.cjs).`,
  severity: 'error',
  from: { path: `^src/core/${file}\\.ts$` },
  to: { path: `^src/core/${anyOf(ladder.slice(line + 1))}\\.ts$` },
}));

const modulesWithoutAllowance = `(?!${anyOf(['core', ...Object.keys(allowances)])}/)[^/]+`;
const moduleRules = Object.entries({ ...allowances, [modulesWithoutAllowance]: [] }).map(([module, allowed]) => ({
  name: 'modules-apart',
  comment: `A module imports the core and itself, and of other modules: ${allowed.join(', ') || 'none'}.`,
  severity: 'error',
  from: { path: `^src/(${module})/` },
  to: { path: '^src/[^/]+/', pathNot: `^src/${anyOf(['$1', 'core', ...allowed])}/` },
}));

module.exports = {
  forbidden: [
    ...ladderRules,
    {
      name: 'core-ladder-complete',
      comment: 'Each file of the core has a line in the ladder (.dependency-cruiser.cjs).',
      severity: 'error',
      from: { path: '^src/core/', pathNot: `^src/core/${anyOf(ladder)}\\.ts$` },
      to: {},
    },
    {
      name: 'core-imports-no-module',
      comment: 'Arrows point to the core: it knows no module.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
    {
      name: 'core-has-one-dependency',
      comment: 'The core depends on reflect-metadata alone.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown'],
        pathNot: 'node_modules/reflect-metadata/',
      },
    },
    {
      name: 'reflect-metadata-in-on-only',
      comment: 'Only src/core/on.ts loads reflect-metadata.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/core/on\\.ts$' },
      to: { path: 'node_modules/reflect-metadata/' },
    },
    {
      name: 'no-node-built-ins',
      comment:
        'The core and the pure half of wiring run in browsers, Deno, Bun and workers too; testing names a platform once.',
      severity: 'error',
      from: { path: `^src/${anyOf(platformFree)}` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'modules-use-the-core-index',
      comment: 'A module imports the core through src/core/index.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/core/' },
      to: { path: '^src/core/', pathNot: '^src/core/index\\.ts$' },
    },
    ...moduleRules,
    {
      name: 'modules-use-each-others-index',
      comment: 'Where a module may import another one, then through the index.ts of an entry point.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/[^/]+/',
        pathNot: ['^src/$1/', '^src/core/', '^src/[^/]+/index\\.ts$', '^src/[^/]+/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'outbox-knows-no-store',
      comment: 'outbox/postgres imports the outbox, not the other way round.',
      severity: 'error',
      from: { path: '^src/outbox/[^/]+\\.ts$' },
      to: { path: '^src/outbox/postgres/' },
    },
    {
      name: 'front-door-is-for-users',
      comment: 'Nothing in src/ imports src/index.ts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/index\\.ts$' },
    },
    {
      name: 'no-own-barrel',
      comment: 'No file imports the index.ts of its own folder.',
      severity: 'error',
      from: { path: '^(src/.+/)[^/]+$' },
      to: { path: '^$1index\\.ts$' },
    },
    {
      name: 'no-cycles',
      comment: 'No circular imports, of types either.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-undeclared-dependencies',
      comment: 'src/ imports only what package.json promises to its users.',
      severity: 'error',
      from: { path: '^src/' },
      // Peers are installed for the tests as well.
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'no-unresolved',
      comment: 'Each import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.d\\.ts$' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
