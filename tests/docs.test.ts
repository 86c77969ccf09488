import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { handlerOptions } from '../src/core/index.js';
import { documents, exportsOf, filesIn, modules, read, root } from './documents.js';

const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

describe('README.md', () => {
  const readme = read('README.md');

  it('shows the first example as it is, and what it prints', () => {
    const example = read('examples/01-subscribe-and-publish.ts');
    const [code, output] = parts(example);
    const [shown, printed] = /```ts\n([^]*?)```[^]*?```text\n([^]*?)```/.exec(readme)?.slice(1) ?? [];
    expect(shown).toBe(code);
    expect(printed).toBe(output);
  });

  it('says what every handler option does, and its default', () => {
    const [, table = ''] = /## Handler options([^]*?)\n## /.exec(readme) ?? [];
    const rows = Array.from(table.matchAll(/^\| (`.*?) +\| (.*?) +\|/gm), ([, names = '', value = '']) => ({
      names,
      value,
    }));
    const documented = rows.flatMap(({ names, value }) =>
      Array.from(names.matchAll(/`(\w+)`/g), ([, name = '']) => [name, value.replaceAll('`', '')] as const),
    );
    expect(documented.map(([name]) => name).sort()).toEqual(Object.keys(handlerOptions).sort());
    expect(Object.fromEntries(documented)).toMatchObject({
      priority: String(handlerOptions.priority.default),
      phase: handlerOptions.phase.default,
    });
  });

  it('says how large the core is at most', () => {
    const [, limit] = /^const limit = (\d+);$/m.exec(read('tests/size.test.ts')) ?? [];
    expect(readme).toContain(`at most ${Number(limit) / 1000} kB, minified`);
  });

  it('names the commands of a newcomer', () => {
    for (const command of ['npm ci && npm start', 'npm ci && npm test']) expect(readme).toContain(command);
  });
});

/** An example without its last lines, and what those say it prints. */
function parts(example: string): [code: string, output: string] {
  const [code = '', comments = ''] = example.split(/\n*\/\/ prints:\n/);
  return [`${code.trimEnd()}\n`, comments.replaceAll(/^\/\/ ?/gm, '')];
}

describe('what an observer or an onProblem throws', () => {
  it.each([
    'README.md',
    'docs/outbox.md',
    'docs/operations.md',
    'src/core/dispatching/dispatch-observer.ts',
    'src/outbox/outbox-options.ts',
  ])('is said in the same words in %s', (file) => {
    expect(read(file).replaceAll(/\s+(?:\* )?/g, ' ')).toContain(
      "surfaces as the platform's uncaught error, which ends a Node process",
    );
  });
});

describe('every public name', () => {
  it('is explained in README or docs', () => {
    const text = documents.filter((file) => file === 'README.md' || file.startsWith('docs')).map(read);
    const missing = modules
      // The types of a module stand in the API reference, each with an example; those of the core also here.
      .flatMap(({ name, file }) => exportsOf(file).filter(({ type }) => !type || name === 'class-events'))
      .filter(({ name }) => !text.some((each) => new RegExp(`\\b${name}\\b`).test(each)));
    expect(missing).toEqual([]);
  });
});

describe('ARCHITECTURE.md', () => {
  const text = read('ARCHITECTURE.md');

  it('has at most 200 lines', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  });

  it('has a paragraph for each folder of src', () => {
    const folders = filesIn('src')
      .filter((file) => statSync(join(root, 'src', file)).isDirectory())
      .map((folder) => join('src', folder));
    const described = Array.from(text.matchAll(/\*\*`(src\/[\w/]+)`\*\*/g), ([, folder = '']) => folder);
    expect(described.sort()).toEqual(folders.sort());
  });

  it('says of each room what it may import, as the rules do', async () => {
    const { default: cruiser } = (await import(join(root, '.dependency-cruiser.cjs'))) as {
      default: { forbidden: { name: string; comment: string }[] };
    };
    const sentences = cruiser.forbidden.flatMap(({ name, comment }) => {
      const [, room = '', allowed = ''] = /^(\S+) imports itself, .* of the rooms: (.*)\.$/.exec(comment) ?? [];
      if (name.endsWith('-rooms')) return { room, sentence: importsOf(allowed) };
      const module = `src/${name.replace('-ground', '')}`;
      return name.endsWith('-ground') ? { room: module, sentence: `The ground of \`${module}\` imports no room.` } : [];
    });
    expect(sentences.length).toBeGreaterThan(8);
    const untold = sentences.filter(({ room, sentence }) => {
      const [, paragraph = ''] = text.split(`**\`${room}\`**`);
      return !(paragraph.split('\n\n')[0] as string).replaceAll(/\s+/g, ' ').includes(sentence);
    });
    expect(untold).toEqual([]);
  });
});

function importsOf(rooms: string): string {
  const names = rooms.split(', ').map((room) => `\`${room}\``);
  return rooms === 'none' ? 'It imports no other room.' : `It imports the room ${names.join(' and ')}.`;
}

describe('src', () => {
  it('has no file or folder for what has no name', () => {
    const nameless = /(^|\/)(utils?|types?|common|helpers?|interfaces?|shared|misc)(\.|\/|$)/;
    expect(filesIn('src').filter((file) => nameless.test(file))).toEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  it('says what each npm script does', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const text = read('CONTRIBUTING.md');
    const missing = Object.keys(scripts).filter(
      (name) => !text.includes(name === 'test' || name === 'start' ? `npm ${name}\`` : `npm run ${name}\``),
    );
    expect(missing.filter((name) => name !== 'prepack')).toEqual([]);
  });

  it('says why each package is overridden, and since when', () => {
    const { overrides } = JSON.parse(read('package.json')) as { overrides: Record<string, string> };
    const rows = Array.from(
      read('CONTRIBUTING.md').matchAll(/^\| `(.+?)` +\| \d{4}-\d\d-\d\d \| \w/gm),
      ([, name]) => name,
    );
    expect(rows).toEqual(Object.keys(overrides));
  });
});

describe.each(documents)('%s', (document) => {
  const text = read(document);

  it('has no link that leads nowhere', () => {
    const broken = Array.from(withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? document : relative(root, resolve(root, dirname(document), path));
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('names no file that is not there', () => {
    const paths = Array.from(
      text.matchAll(/`((?:src|tests|examples|docs|scripts|bench)\/[\w./-]*)`/g),
      ([, path = '']) => path,
    );
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

/** The anchors that GitHub makes of a document's headings. */
function anchorsOf(text: string): string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
