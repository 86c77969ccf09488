import type { EventCatalog } from '../../catalog/index.js';
import type { EventBus } from '../../core/index.js';
import type { DurableHandlers } from '../durable-handlers.js';
import type { OutboxProblem } from '../outbox-problem.js';
import type { OutboxTracing } from '../outbox-tracing.js';
import type { Share } from '../store/bucket-assignment.js';
import type { LimitingStore } from '../store/limiting-store.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { SchedulingStore } from '../store/scheduling-store.js';
import type { Alarm } from './alarm.js';
import type { DeliveryOutcome } from './attempt-outcome.js';
import { Deliverer } from './deliverer.js';
import { DueEvents } from './due-events.js';
import type { Outages } from './outages.js';
import { Gates } from './gates.js';
import { ProblemReport } from './problem-report.js';
import { Relay } from './relay.js';

/** What it takes to deliver in this process. */
export interface DeliveryRunOptions {
  readonly bus: EventBus;
  readonly catalog: EventCatalog;
  readonly store: RelayingStore & SchedulingStore & LimitingStore;
  readonly handlers: DurableHandlers;
  readonly alarm: Alarm;
  readonly tracing: OutboxTracing | undefined;
  readonly onProblem: ((problem: OutboxProblem) => unknown) | undefined;
  /** Scheduled events were published, and relays of other processes are to see them. */
  readonly onPublished: () => void;
  /** Milliseconds, all of them. */
  readonly takeoverAfter: number;
  readonly pollInterval: number;
  readonly retention: number;
}

/** Hears what has become of a delivery to the handler of a durable id. */
type OutcomeListener = (handler: string, outcome: DeliveryOutcome) => void;

/**
 * What delivers in this process until it is stopped: a relay, and beside it what publishes events when
 * they are due.
 *
 * States: new → started → stopped, or new → stopped.
 */
export class DeliveryRun {
  readonly #relay: Relay;
  readonly #outages: Outages;
  readonly #gates: Gates;
  readonly #dueEvents: DueEvents;
  readonly #listeners = new Set<OutcomeListener>();
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor(options: DeliveryRunOptions) {
    const { alarm, store, pollInterval, onPublished } = options;
    const problems = new ProblemReport(options.onProblem);
    const onOutcome: OutcomeListener = (...outcome) => {
      for (const hear of this.#listeners) hear(...outcome);
    };
    const onRetryIn = (wait: number): void => alarm.ringIn(wait);
    const deliverer = new Deliverer({ ...options, onProblem: problems.add, onRetryIn, onOutcome });
    this.#outages = deliverer.outages;
    this.#gates = new Gates({ ...options, lease: options.takeoverAfter, onProblem: problems.add });
    this.#relay = new Relay({ ...options, deliverer, gates: this.#gates, problems });
    this.#dueEvents = new DueEvents({ store, pollInterval, onPublished, onProblem: problems.add });
  }

  get state(): 'new' | 'started' | 'stopped' {
    return this.#state;
  }

  /** The shares of its relay; none while it has no buckets. */
  get shares(): readonly Share[] {
    return this.#relay.shares;
  }

  /** Resolves when its relay has its first buckets, or it was stopped before. @throws when the store fails. */
  async start(): Promise<void> {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    await this.#relay.start();
    if (this.state === 'started') this.#dueEvents.start();
  }

  /** Whether no delivery of some handlers is at work. */
  isIdle(serves: (handler: string) => boolean): boolean {
    return this.#relay.isIdle(serves);
  }

  /** Whether a handler waits, because whoever it calls is away. */
  isAway(handler: string): boolean {
    return this.#outages.isWaiting(handler);
  }

  /** Has the handlers that wait for whoever they call look at once. */
  probeNow(): void {
    this.#outages.probeNow();
  }

  /** Hears what becomes of deliveries, until the function that it returns is called. */
  onOutcome(hear: OutcomeListener): () => void {
    this.#listeners.add(hear);
    return () => void this.#listeners.delete(hear);
  }

  /** Has it look for due events at once: some were scheduled. */
  lookForDueEvents(): void {
    this.#dueEvents.wake();
  }

  /** Ends when what is in work has ended, or has been told to (ms). @throws OutboxError naming what was left. */
  async stop(timeout: number): Promise<void> {
    this.#state = 'stopped';
    await Promise.all([this.#stopRelay(timeout), this.#dueEvents.stop(timeout)]);
  }

  async #stopRelay(timeout: number): Promise<void> {
    try {
      await this.#relay.stop(timeout);
    } finally {
      // The deliveries that use permits have ended with the relay.
      await this.#gates.close();
    }
  }
}
