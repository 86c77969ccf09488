import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What identifies the build that is measured; build.mjs has made it. */
export const build = JSON.parse(readFileSync(join(import.meta.dirname, '../build/build.json'), 'utf8'));
