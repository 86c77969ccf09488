/** The entry points of the package: folders of src with an index.ts. The first is src itself, imported as `class-events`. */
export const entryPoints = [
  '.',
  'domain',
  'catalog',
  'testing',
  'testing/jest',
  'testing/vitest',
  'nestjs',
  'wiring',
  'wiring/node',
  'outbox',
  'outbox/postgres',
  'outbox/opentelemetry',
  'workers',
  'workers/web',
];

/** The conditions of `exports`, in the order in which a loader tries them, and the format that each of them gets. */
const conditions = { bun: 'esm', 'module-sync': 'esm', import: 'esm', require: 'cjs' };

const file = (format, entryPoint, extension) =>
  ['./dist', format, ...(entryPoint === '.' ? [] : [entryPoint]), `index.${extension}`].join('/');

/** The fields `exports` and `typesVersions` of package.json. */
export function manifestFields() {
  const targets = (entryPoint) =>
    Object.entries(conditions).map(([condition, format]) => [
      condition,
      { types: file(format, entryPoint, 'd.ts'), default: file(format, entryPoint, 'js') },
    ]);
  const exported = entryPoints.map((entryPoint) => [
    entryPoint === '.' ? '.' : `./${entryPoint}`,
    Object.fromEntries(targets(entryPoint)),
  ]);
  // For TypeScript's resolution `node10`, which does not read `exports`.
  const typed = entryPoints.slice(1).map((entryPoint) => [entryPoint, [file('cjs', entryPoint, 'd.ts')]]);
  return {
    exports: { ...Object.fromEntries(exported), './package.json': './package.json' },
    typesVersions: { '*': Object.fromEntries(typed) },
  };
}
