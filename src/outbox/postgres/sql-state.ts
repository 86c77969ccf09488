/** No library wraps deeper than Prisma: its code is three layers down. */
const deepest = 4;

/**
 * The SQLSTATE with which the database answered, wherever the library that asked has put it: most have it as `code`,
 * Drizzle in the cause, Prisma further down. Undefined when there is none: the database may not have been reached.
 */
export function sqlStateOf(error: unknown, depth: number = deepest): string | undefined {
  if (typeof error !== 'object' || error === null || depth === 0) return undefined;
  const { code, originalCode, cause, meta, driverAdapterError } = error as Record<string, unknown>;
  const state = [code, originalCode].find(isSqlState);
  if (state !== undefined) return state;
  return [cause, meta, driverAdapterError].map((inner) => sqlStateOf(inner, depth - 1)).find(isSqlState);
}

/**
 * Node's codes have no digits, as in EPIPE; Prisma's own begin with P1 and higher, where those
 * of the database begin with P0.
 */
function isSqlState(code: unknown): code is string {
  return typeof code === 'string' && /^(?=.*\d)(?!P[1-9])[0-9A-Z]{5}$/.test(code);
}

// There is no such schema, or no such table in it.
const missing: ReadonlySet<string | undefined> = new Set(['3F000', '42P01']);

/** Returns whether an error says that the tables are missing. */
export function isMissing(error: unknown): boolean {
  return missing.has(sqlStateOf(error));
}

/** Returns whether an error says that the server was not reached, or had to give up for a reason of its own. */
export function isOutage(error: unknown): boolean {
  // What carries an SQLSTATE was answered by the server; the classes for its going away, its limits and its
  // connections are outages.
  const state = sqlStateOf(error);
  return state === undefined || /^(08|53|57P|58)/.test(state);
}

// A serialization failure, and a deadlock.
const conflicts: ReadonlySet<string | undefined> = new Set(['40001', '40P01']);

/** Returns whether the server has rolled back something because of other transactions, so that it may be repeated. */
export function isConflict(error: unknown): boolean {
  return conflicts.has(sqlStateOf(error));
}
