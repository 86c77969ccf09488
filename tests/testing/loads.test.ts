import { resolve } from 'node:path';
import { buildSync } from 'esbuild';

const root = resolve(__dirname, '../..');

/** What is loaded with an entry point: files of the project, and the packages that they name. */
function loadedWith(entryPoint: string): { folders: Set<string>; packages: Set<string> } {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [`src/${entryPoint}/index.ts`],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  return {
    folders: new Set(Object.keys(metafile.inputs).map((file) => file.split('/').slice(0, 2).join('/'))),
    packages: new Set(imports.filter(({ external }) => external).map(({ path }) => path)),
  };
}

describe.each(['testing', 'testing/jest', 'testing/vitest'])('class-events/%s', (entryPoint) => {
  it('loads the core and itself, and no test framework', () => {
    const { folders, packages } = loadedWith(entryPoint);
    expect(folders).toEqual(new Set(['src/core', 'src/testing']));
    packages.delete('node:async_hooks');
    expect(packages).toEqual(new Set(['reflect-metadata/no-conflict']));
  });
});
