/**
 * A transactional outbox: durable handlers get the events of committed transactions at least once, in order per key.
 *
 * @module
 */
export type { DeadLetter, DeadLetterQuery } from './dead-letter.js';
export { DeadLetters } from './dead-letters.js';
export type { DeliveryPolicy } from './delivery-policy.js';
export type { FailureNote } from './failure.js';
export { Outbox } from './outbox.js';
export { OutboxError, Permanent, RetryAfter } from './outbox-errors.js';
export type { OutboxOptions } from './outbox-options.js';
export type { OutboxProblem } from './outbox-problem.js';
export type { HandlerStatus, OutboxStatus } from './outbox-status.js';
export type { OutboxStore } from './outbox-store.js';
export type { OutboxTracing, TracedAttempt, TracedEvent } from './outbox-tracing.js';
export type { ReplayOptions } from './replay.js';
export { bucketCount, bucketOf } from './bucket.js';
export type { Entry, PlannedDelivery, StoredDelivery } from './entry.js';
export type { Failure } from './failure.js';
export type { ReplayQuery, Wanted } from './outbox-store.js';
export type { Share } from './share.js';
