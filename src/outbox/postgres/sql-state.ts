import { sqlStateOf } from '../../domain/index.js';

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
