/**
 * The boundaries of ARCHITECTURE.md, as rules. Imports of types count like any other.
 * tests/checks/boundaries.test.ts breaks each rule once and sees it go red.
 */

/**
 * The rooms of the core and of the outbox: what each may import besides itself. A file that lies in no folder is the ground or the
 * door. The ground imports no room, and the door imports all of them.
 */
const core = {
  ground: 'event-class|errors|option-checks|outcome|time-limit|uncaught',
  rooms: { subscribing: [], dispatching: ['subscribing'], streaming: ['subscribing'] },
};
const outbox = {
  ground: 'outbox-errors|outbox-problem|outbox-tracing|delivery-policy|durable-handlers',
  rooms: {
    store: [],
    publishing: ['store'],
    relaying: ['store'],
    operating: ['store'],
    postgres: ['store'],
    opentelemetry: [],
  },
};

/** What a module may import besides the core and itself. */
const allowances = {
  outbox: ['catalog', 'domain'],
  workers: ['catalog'],
  transport: ['catalog', 'outbox'],
};

/** Folders, or files of them, that run wherever the core runs: no Node built-ins. Only one file of testing knows async contexts. */
const platformFree = [
  'core/',
  'catalog/',
  'testing/(?!async-span\\.ts)',
  'wiring/(?!node/)',
  'workers/(?!piscina-threads\\.ts|worker-pool\\.ts)',
];

const anyOf = (names) => `(?:${names.join('|')})`;

/** One rule for each room, and one for the ground. `entries` are rooms with an entry point of their own: they may use the module's. */
function roomRules(module, { ground, rooms }, entries = []) {
  const groundFiles = `^src/${module}/(${ground})\\.ts$`;
  const roomRule = ([room, allowed]) => ({
    name: `${module}-rooms`,
    comment: `src/${module}/${room} imports itself, the ground${allowed.map((name) => `, ${name}`).join('')}, and not the door.`,
    severity: 'error',
    from: { path: `^src/${module}/${room}/` },
    to: {
      path: `^src/${module}/`,
      pathNot: [
        `^src/${module}/${anyOf([room, ...allowed])}/`,
        groundFiles,
        ...(entries.includes(room) ? [`^src/${module}/index\\.ts$`] : []),
      ],
    },
  });
  return [
    ...Object.entries(rooms).map(roomRule),
    {
      name: `${module}-ground`,
      comment: `The ground of src/${module} imports no room and not the door.`,
      severity: 'error',
      from: { path: groundFiles },
      to: { path: `^src/${module}/`, pathNot: groundFiles },
    },
  ];
}

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
    ...roomRules('core', core),
    ...roomRules('outbox', outbox, ['postgres', 'opentelemetry']),
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
      comment: 'Only src/core/subscribing/on.ts loads reflect-metadata.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/core/subscribing/on\\.ts$' },
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
