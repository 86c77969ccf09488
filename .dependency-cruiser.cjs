/**
 * The boundaries of ARCHITECTURE.md, as rules. Imports of types count like any other.
 * tests/checks/boundaries.integration.test.ts breaks each rule once and sees it go red.
 */

/** The modules that each module may import. A module that is not listed may import the core. Only `index.ts` files are imported. */
const modules = {
  core: [],
  scan: [],
  outbox: ['core', 'catalog', 'domain'],
  workers: ['core', 'catalog'],
  nestjs: ['core', 'domain', 'outbox'],
  transport: ['core', 'catalog', 'outbox'],
};

/** The one package that each of these modules depends on. */
const onlyPackage = { core: 'reflect-metadata', scan: 'typescript' };

/**
 * The rooms of a module: its folders, and what each may import besides itself and the ground. A file outside of the folders
 * belongs to the ground if it is listed there, otherwise to the door. The door imports all rooms, except those that are entry
 * points of their own. They import the module's index, as a user does.
 */
const rooms = {
  core: {
    ground: [
      'abort-watch',
      'event-class',
      'escape-control',
      'errors',
      'instance',
      'log-view',
      'option-checks',
      'outcome',
      'thenable',
      'time-limit',
      'uncaught',
    ],
    folders: { subscribing: [], dispatching: ['subscribing'], streaming: ['subscribing'] },
    entryPoints: [],
  },
  outbox: {
    ground: [
      'delivery-news',
      'delivery-policy',
      'durable-handlers',
      'outbox-errors',
      'outbox-problem',
      'outbox-tracing',
      'replay-id',
      'stored-event',
    ],
    folders: {
      store: [],
      publishing: ['store'],
      relaying: ['store'],
      operating: ['store'],
      postgres: ['store'],
      opentelemetry: [],
    },
    entryPoints: ['postgres', 'opentelemetry'],
  },
};

/** Folders, or files of them, that run wherever the core runs. Only one file of testing knows async contexts. */
const platformFree = [
  'core/',
  'catalog/',
  'testing/(?!async-span\\.ts)',
  'wiring/(?!node/)',
  'workers/(?!piscina-threads\\.ts|worker-pool\\.ts)',
];

const anyOf = (names) => `(?:${names.join('|')})`;
const packages = ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown'];

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

function moduleRule([module, allowed]) {
  const pathNot = ['^src/$1/', ...allowed.map((name) => `^src/${name}/(?:[^/]+/|)index\\.ts$`)];
  const comment = `A module imports itself and the index of: ${allowed.join(', ') || 'no module'}.`;
  return forbid('modules-apart', comment, { path: `^src/(${module})/` }, { path: '^src/[^/]+/', pathNot });
}

function roomRules([module, { ground, folders, entryPoints }]) {
  const groundFiles = `^src/${module}/${anyOf(ground)}\\.ts$`;
  const folderRule = ([folder, allowed]) => {
    const index = entryPoints.includes(folder) ? [`^src/${module}/index\\.ts$`] : [];
    const pathNot = [`^src/${module}/${anyOf([folder, ...allowed])}/`, groundFiles, ...index];
    const comment = `src/${module}/${folder} imports itself, the ground, and of the rooms: ${allowed.join(', ') || 'none'}.`;
    const from = { path: `^src/${module}/${folder}/` };
    return forbid(`${module}-rooms`, comment, from, { path: `^src/${module}/`, pathNot });
  };
  const groundRule = forbid(
    `${module}-ground`,
    `The ground of src/${module} imports no room and not the door.`,
    { path: groundFiles },
    { path: `^src/${module}/`, pathNot: groundFiles },
  );
  const doorRules = entryPoints.map((folder) =>
    forbid(
      `${module}-door`,
      `src/${module} does not import ${folder}, which imports it.`,
      { path: `^src/${module}/[^/]+\\.ts$` },
      { path: `^src/${module}/${folder}/` },
    ),
  );
  return [...Object.entries(folders).map(folderRule), groundRule, ...doorRules];
}

module.exports = {
  forbidden: [
    ...Object.entries({ ...modules, [`(?!${anyOf(['cli', ...Object.keys(modules)])}/)[^/]+`]: ['core'] }).map(
      moduleRule,
    ),
    ...Object.entries(rooms).flatMap(roomRules),
    forbid(
      'cli-on-top',
      'Nothing imports the command, which may import files of any module.',
      { path: '^src/', pathNot: '^src/cli/' },
      { path: '^src/cli/' },
    ),
    forbid(
      'front-door-is-for-users',
      'Nothing in src imports src/index.ts.',
      { path: '^src/' },
      { path: '^src/index\\.ts$' },
    ),
    ...Object.entries(onlyPackage).map(([module, name]) =>
      forbid(
        'one-dependency',
        `src/${module} depends on ${name} alone.`,
        { path: `^src/${module}/` },
        { dependencyTypes: packages, pathNot: `node_modules/${name}/` },
      ),
    ),
    forbid(
      'reflect-metadata-in-one-file',
      'Only src/core/subscribing/parameter-types.ts loads reflect-metadata.',
      { path: '^src/', pathNot: '^src/core/subscribing/parameter-types\\.ts$' },
      { path: 'node_modules/reflect-metadata/' },
    ),
    forbid(
      'no-node-built-ins',
      'The core and the pure half of wiring run in browsers, Deno, Bun and workers too.',
      { path: `^src/${anyOf(platformFree)}` },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'no-own-barrel',
      'No file imports the index.ts of its own folder.',
      { path: '^(src/.+/)[^/]+$' },
      { path: '^$1index\\.ts$' },
    ),
    forbid('no-cycles', 'No circular imports, of types either.', {}, { circular: true }),
    forbid(
      'no-undeclared-dependencies',
      'src imports only what package.json promises to its users.',
      { path: '^src/' },
      // Peers are installed for the tests as well.
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    ),
    forbid('no-unresolved', 'Each import leads to a file.', {}, { couldNotResolve: true }),
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
