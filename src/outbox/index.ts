/**
 * A transactional outbox: durable handlers get the events of committed transactions at least once, in order per key.
 *
 * @module
 */
export type { DeadLetter, DeadLetterQuery, DeadLetterSelection } from './store/dead-letter.js';
export type { DecisionOptions } from './operating/decisions.js';
export { Deliveries } from './operating/deliveries.js';
export { DeadLetters } from './operating/dead-letters.js';
export type { DeadNews, DeliveryNews, RetryNews, TakenOverNews } from './delivery-news.js';
export type { DeliveryLimit, DeliveryPolicy } from './delivery-policy.js';
export type { FailureNote } from './store/failure.js';
export type { StoredEvent } from './stored-event.js';
export { Outbox } from './outbox.js';
export { NotNow, OutboxError, Permanent, RetryAfter } from './outbox-errors.js';
export type { OutboxOptions } from './outbox-options.js';
export type {
  DeliveryPlace,
  DeliveryQuery,
  DeliverySelection,
  DeliveryState,
  OutboxDelivery,
} from './store/outbox-delivery.js';
export type { OutboxProblem } from './outbox-problem.js';
export type { HandlerStatus, OutboxStatus } from './store/outbox-status.js';
export type { OutboxTracing, TracedAttempt, TracedEvent } from './outbox-tracing.js';
export type { PauseOptions } from './operating/pauses.js';
export type { Pause, PauseReader, PausingStore, StoredPause } from './store/pausing-store.js';
export type { ReplayOptions } from './operating/replay.js';
export type { ScheduleTime } from './publishing/scheduled-events.js';
export type { ErasureSelection } from './operating/erasure.js';
export type { ErasureQuery, ErasureResult } from './store/erasure.js';
export { bucketCount, bucketOf } from './store/bucket.js';
export type { Entry, PlannedDelivery, StoredDelivery } from './store/entry.js';
export type { Failure } from './store/failure.js';
export type { BucketAssignment, Share } from './store/bucket-assignment.js';
export type { HandlerLimit, LimitingStore, PermitRequest, Permits } from './store/limiting-store.js';
export type { LogEnd, LogReader } from './store/log-end.js';
export type { SchemaSteps } from './store/schema-steps.js';
export type {
  DecisionStep,
  OperatingStore,
  ReplayQuery,
  ReplayStep,
  StoredDeliveryQuery,
} from './store/operating-store.js';
export type { OutboxStore } from './store/outbox-store.js';
export type { PublishingStore, StoreLimits } from './store/publishing-store.js';
export type { FetchRequest, RelayingStore } from './store/relaying-store.js';
export type { DrainOptions, DrainResult, LeftDeliveries } from './relaying/drain-result.js';
export type { DrainingStore, LeftRows, RowsOf } from './store/draining-store.js';
export type { DueStep, ScheduledEntry, SchedulingStore } from './store/scheduling-store.js';
export type { StoreTransactions } from './store/store-transactions.js';
