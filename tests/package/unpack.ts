import { rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Removes what pack.ts made. */
export default function unpack(): void {
  const tarball = process.env['CLASS_EVENTS_TARBALL'];
  if (tarball !== undefined) rmSync(dirname(tarball), { recursive: true, force: true });
}
