import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const src = resolve(__dirname, '../../src');

/** Lines of a file at most. */
const maxLines = 250;

/** Characters of a line at most. Prettier breaks code at this width, except texts, which stay whole to be found by a search. */
const maxWidth = 120;

/** Comments that are too wide today, by module. The numbers only get smaller. */
const wideToday: Readonly<Record<string, number>> = {};

/** Files that are too long today. The list only gets shorter. */
const longToday: ReadonlySet<string> = new Set();

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function isTooLong(text: string): boolean {
  return text.trimEnd().split('\n').length > maxLines;
}

/** Returns the lines that are too wide and hold a comment, on its own or after code. */
function wideComments(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.length > maxWidth && /^\s*(?:\/?\*|\/\/)|\s\/\/\s/.test(line));
}

describe('a file of src', () => {
  it(`has at most ${maxLines} lines`, () => {
    const long = files.filter((file) => isTooLong(readFileSync(join(src, file), 'utf8')));
    expect(long.filter((file) => !longToday.has(file))).toEqual([]);
  });

  it(`has comments that are at most ${maxWidth} characters wide`, () => {
    const wide = files.flatMap((file) => wideComments(readFileSync(join(src, file), 'utf8')).map(() => file));
    const modules = [...new Set(files.map((file) => file.split('/')[0] ?? ''))];
    const tooMany = modules.filter((module) => {
      const count = wide.filter((file) => file.startsWith(`${module}/`)).length;
      return count > (wideToday[module] ?? 0);
    });
    expect(tooMany).toEqual([]);
  });
});

describe('the check of sizes', () => {
  it('reports a file with one line too many', () => {
    expect(isTooLong('line\n'.repeat(maxLines))).toBe(false);
    expect(isTooLong('line\n'.repeat(maxLines + 1))).toBe(true);
  });

  it('reports a comment that is one character too wide, wherever it begins', () => {
    const word = (width: number): string => 'x'.repeat(width);
    for (const start of ['// ', '/** ', '   * ', 'call(); // ']) {
      expect(wideComments(start + word(maxWidth - start.length))).toEqual([]);
      expect(wideComments(start + word(maxWidth - start.length + 1))).toHaveLength(1);
    }
  });

  it('leaves a text whole', () => {
    expect(wideComments(`  const message = '${'x'.repeat(maxWidth)}';`)).toEqual([]);
  });
});
