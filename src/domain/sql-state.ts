/**
 * The SQLSTATE with which a database answered (`40001`, `23505`), wherever the library that asked has put it: most have
 * it as `code`, MySQL's as `sqlState`, Drizzle in the cause, Prisma further down. Undefined when there is none: the
 * database may not have been reached.
 *
 * @example
 * ```ts
 * // A begin that does a transaction again. It asks for an answer: after a lost one the transaction may be committed.
 * const begin: Begin<Transaction> = async (run) => {
 *   for (let attempt = 1; ; attempt++) {
 *     try {
 *       return await db.transaction(run);
 *     } catch (error) {
 *       if (attempt === 3 || !['40001', '40P01'].includes(sqlStateOf(error) ?? '')) throw error;
 *     }
 *   }
 * };
 * ```
 */
export function sqlStateOf(error: unknown): string | undefined {
  return codesOf(error).find(isSqlState);
}

/**
 * Returns whether an error with which a transaction ended says that nothing of it was committed: the database has
 * answered, and with a refusal. Anything else may have come instead of the answer to a commit that was carried out.
 */
export function isRefusal(error: unknown): boolean {
  return codesOf(error).some((code) => (isSqlState(code) ? !isInDoubt.test(code) : answers.test(code)));
}

// Connections, a server that goes away (it may have committed before), and what says so itself.
const isInDoubt = /^(08|57P|40003)/;
// SQLite, which is in this process, and Prisma's word for serialization failures and deadlocks.
const answers = /^(SQLITE_|ERR_SQLITE_|P2034$)/;
// No library wraps deeper than Prisma, whose code is three layers down.
const deepest = 4;

/** Returns all codes of an error and of what it wraps, the outermost first. */
function codesOf(error: unknown, depth = deepest): readonly string[] {
  if (typeof error !== 'object' || error === null || depth === 0) return [];
  const { code, originalCode, sqlState, cause, meta, driverAdapterError, parent } = error as Record<string, unknown>;
  const own = [code, originalCode, sqlState].filter((each) => typeof each === 'string');
  const inner = [cause, meta, driverAdapterError, parent].flatMap((each) => codesOf(each, depth - 1));
  return [...own, ...inner];
}

/**
 * Node's codes have no digits, as in EPIPE; Prisma's own begin with P1 and higher, where those
 * of the database begin with P0.
 */
function isSqlState(code: string): boolean {
  return /^(?=.*\d)(?!P[1-9])[0-9A-Z]{5}$/.test(code);
}
