/**
 * Matches the escapes by which `JSON.stringify` writes a NUL character or half of a surrogate pair,
 * after an even number of `\`.
 */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Returns which part of a JSON text PostgreSQL cannot store; undefined if it can store all of it. */
export function unstorablePart(json: string): string | undefined {
  if (!unstorableEscape.test(json)) return undefined;
  return 'a NUL character or half of a surrogate pair, which PostgreSQL cannot store';
}

/** Returns the value as JSON, with U+FFFD instead of the characters that PostgreSQL cannot store. */
export function storableJson(value: object): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? part.replace(/[\0\p{Surrogate}]/gu, '\ufffd') : part,
  );
}
