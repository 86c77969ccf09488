import { textOf } from '../core/index.js';
import type { CatalogEntry } from './catalog-entry.js';
import type { StandardSchema } from './standard-schema.js';

/**
 * What a catalog promises about one event: a value for a snapshot, which goes red when the wire format changes.
 *
 * @example
 * ```ts
 * const namesIn = (manifest: readonly ManifestEntry[]): string[] =>
 *   manifest.map(({ name, version }) => `${name} v${version}`);
 * ```
 */
export interface ManifestEntry {
  readonly name: string;
  readonly version: number;
  readonly formerNames: readonly string[];
  /** Whether it has an ordering key. */
  readonly keyed: boolean;
  /** The versions that can be read, oldest first. */
  readonly reads: readonly number[];
  /**
   * The schema of what is written, as JSON Schema 2020-12, if its library can say it. What has no JSON Schema is a
   * `$comment` with the library's reason.
   */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** Entries as plain values, sorted by name. */
export function manifestOf(entries: readonly CatalogEntry[]): readonly ManifestEntry[] {
  return (
    entries
      .map(({ name, version, formerNames, keyed, reads, schema }) => {
        const json = schema && jsonSchemaOf(schema);
        return { name, version, formerNames, keyed, reads, ...(json && { schema: json }) };
      })
      // By code units: the same on every machine, whatever its language.
      .sort((left, right) => (left.name < right.name ? -1 : 1))
  );
}

function jsonSchemaOf(schema: StandardSchema): Record<string, unknown> | undefined {
  try {
    return schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' });
  } catch (reason) {
    return { $comment: `No JSON Schema: ${textOf(reason)}` };
  }
}
