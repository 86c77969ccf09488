import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const tests = resolve(__dirname, '..');

/**
 * Runs all tests of some folders as one suite. A mutation run starts jest anew for each of more than a thousand
 * mutants, and loading fifty suites takes ten times as long as running them. Integration tests are left out: they take
 * seconds each, and no mutant lives by them alone.
 */
export function asOneSuite(...folders: string[]): void {
  for (const folder of folders) {
    const files = readdirSync(join(tests, folder), { recursive: true, encoding: 'utf8' }).sort();
    for (const file of files.filter((name) => name.endsWith('.test.ts') && !name.endsWith('.integration.test.ts'))) {
      describe(file, () => {
        require(join(tests, folder, file));
      });
    }
  }
}
