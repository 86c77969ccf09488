import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The sections of a document. */
export function headingsOf(document: string): (string | undefined)[] {
  const text = readFileSync(resolve(__dirname, '../..', document), 'utf8');
  return Array.from(text.matchAll(/^## (.+)$/gm), ([, heading]) => heading?.replaceAll('`', ''));
}
