/**
 * Aggregates that record events; units of work, and the phases of a transaction in which handlers run.
 *
 * @module
 */
export { AfterCommitError } from './after-commit-error.js';
export { AggregateRoot } from './aggregate-root.js';
export type { Aggregate } from './aggregate.js';
export { type DomainEvents, domainEvents, type HandWrittenAggregate, type MarkableAggregate } from './domain-events.js';
export { publishEventsOf } from './publish-events-of.js';
export { type RecordingClass, recordsEvents, type RecordsEvents } from './records-events.js';
export { sqlStateOf } from './sql-state.js';
export type { Begin, TransactionOf } from './transaction.js';
export { type RunUnitOfWork, transactional, type TransactionalOptions } from './transactional.js';
export { currentUnitOfWork, type UnitOfWork, withoutUnitOfWork } from './unit-of-work.js';
export { UnknownOutcomeError } from './unknown-outcome-error.js';
