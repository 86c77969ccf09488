// Writes `exports` and `typesVersions` of package.json from the list in entry-points.mjs. With --check it writes nothing, and fails
// if they differ from the list.
import { readFileSync, writeFileSync } from 'node:fs';
import { manifestFields } from './entry-points.mjs';

const path = new URL('../package.json', import.meta.url);
const text = readFileSync(path, 'utf8');
const generated = `${JSON.stringify({ ...JSON.parse(text), ...manifestFields() }, null, 2)}\n`;

if (!process.argv.includes('--check')) writeFileSync(path, generated);
else if (generated !== text) {
  console.error('package.json differs from scripts/entry-points.mjs. Write it: node scripts/write-exports.mjs');
  process.exit(1);
}
