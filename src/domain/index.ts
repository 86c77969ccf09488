/**
 * Domain events in transactions: units of work, and the phases of a transaction in which handlers run.
 *
 * @module
 */
export { AfterCommitError } from './after-commit-error.js';
export type { Begin } from './transaction.js';
export { type RunUnitOfWork, transactional, type TransactionalOptions } from './transactional.js';
export { currentUnitOfWork, type UnitOfWork, withoutUnitOfWork } from './unit-of-work.js';
