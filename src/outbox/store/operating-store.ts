import type { ErasureQuery, ErasureResult } from './erasure.js';
import type { LogReader } from './log-end.js';
import type { DeliveryPlace, DeliveryQuery, OutboxDelivery } from './outbox-delivery.js';
import type { OutboxStatus } from './outbox-status.js';
import type { SchemaSteps } from './schema-steps.js';

/** Events of the log that are to be delivered to one handler again. */
export interface ReplayQuery {
  readonly handler: string;
  /** Whether the handler wants the events of one key in order. */
  readonly ordered: boolean;
  /** The wire names of the events. */
  readonly names: readonly string[];
  /** Events that were written at this time or later. */
  readonly from: Date | undefined;
  /** Events that were written before this time. */
  readonly to: Date | undefined;
  /** The highest sequence number. */
  readonly upTo: number;
}

/** The result of one step of a replay. */
export interface ReplayStep {
  /** The number of deliveries that were written. */
  readonly written: number;
  /** The last sequence number that was looked at; undefined if no event was left. */
  readonly last: number | undefined;
}

/** Which deliveries an operator means, with its places and numbers filled in. */
export interface StoredDeliveryQuery extends Omit<DeliveryQuery, 'id' | 'after'> {
  readonly after: DeliveryPlace | undefined;
  readonly limit: number;
}

/** The result of one step of a decision. */
export interface DecisionStep {
  /** The number of deliveries that were decided on. */
  readonly count: number;
  /** The last place that was looked at; undefined if there was none beyond it. */
  readonly last: DeliveryPlace | undefined;
}

/** The part of a store that an operator's commands call. Each method is one transaction of the store's own. */
export interface OperatingStore extends LogReader {
  /**
   * Creates the tables, or brings them to this version. Safe when several processes do it at once. Resolves with the
   * names of the steps that were taken.
   */
  migrate(): Promise<readonly string[]>;
  /** Resolves with how the tables stand to this version. Changes nothing, and needs no right to create anything. */
  schemaSteps(): Promise<SchemaSteps>;
  /** Returns whether an error says that the tables do not exist. */
  isUnmigrated(error: unknown): boolean;
  /** Resolves with the rows that match, in any state, in the order of the log and then of their handlers. */
  deliveries(query: StoredDeliveryQuery): Promise<readonly OutboxDelivery[]>;
  /**
   * Makes the first `limit` *failed* and *dead* rows that match *failed* and due now, without attempts. It leaves out
   * rows that are *started*, or that another transaction has locked.
   */
  redrive(query: StoredDeliveryQuery): Promise<DecisionStep>;
  /**
   * Deletes the first `limit` rows that match, in any state, and puts back what waited for them. It leaves out rows
   * that another transaction has locked.
   */
  discard(query: StoredDeliveryQuery): Promise<DecisionStep>;
  /**
   * Writes up to `limit` deliveries to the handler id `replayId`, for events after the sequence number `after`. It
   * never runs at the same time as `prune`.
   */
  replay(query: ReplayQuery, replayId: string, after: number, limit: number): Promise<ReplayStep>;
  /**
   * Deletes events that match, with their rows in any state and what was noted of their attempts, and scheduled events
   * that match; puts back what waited for these rows. It leaves out events with a row that another transaction has
   * locked. It never runs at the same time as `replay`.
   */
  erase(query: ErasureQuery): Promise<ErasureResult>;
  /** Resolves with the state of all handlers and of all relays, as one moment saw them. */
  status(): Promise<OutboxStatus>;
}
