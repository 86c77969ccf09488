import type { EventCatalog } from '../../catalog/index.js';
import type { EventBus } from '../../core/index.js';
import type { DurableHandlers } from '../durable-handlers.js';
import type { OutboxProblem } from '../outbox-problem.js';
import type { OutboxTracing } from '../outbox-tracing.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { SchedulingStore } from '../store/scheduling-store.js';
import type { Alarm } from './alarm.js';
import { Deliverer } from './deliverer.js';
import { DueEvents } from './due-events.js';
import { ProblemReport } from './problem-report.js';
import { Relay } from './relay.js';

/** What it takes to deliver in this process. */
export interface DeliveryRunOptions {
  readonly bus: EventBus;
  readonly catalog: EventCatalog;
  readonly store: RelayingStore & SchedulingStore;
  readonly handlers: DurableHandlers;
  readonly alarm: Alarm;
  readonly tracing: OutboxTracing | undefined;
  readonly onProblem: ((problem: OutboxProblem) => unknown) | undefined;
  /** Scheduled events were published, and relays of other processes are to see them. */
  readonly onPublished: () => void;
  readonly group: string;
  /** Milliseconds, all of them. */
  readonly takeoverAfter: number;
  readonly pollInterval: number;
  readonly retention: number;
}

/** What delivers in this process until it is stopped: a relay, and beside it what publishes events when they are due. */
export class DeliveryRun {
  readonly #relay: Relay;
  readonly #dueEvents: DueEvents;

  constructor(options: DeliveryRunOptions) {
    const { alarm, store, pollInterval, onPublished } = options;
    const problems = new ProblemReport(options.onProblem);
    const onRetryIn = (wait: number): void => alarm.ringIn(wait);
    const deliverer = new Deliverer({ ...options, onProblem: problems.add, onRetryIn });
    this.#relay = new Relay({ ...options, deliverer, problems });
    this.#dueEvents = new DueEvents({ store, pollInterval, onPublished, onProblem: problems.add });
  }

  /** Resolves when its relay has its first buckets. @throws when the store fails. */
  async start(): Promise<void> {
    await this.#relay.start();
    this.#dueEvents.start();
  }

  /** Has it look for due events at once: some were scheduled. */
  lookForDueEvents(): void {
    this.#dueEvents.wake();
  }

  /** Ends when what is in work has ended, or has been told to (ms). @throws OutboxError naming what was left. */
  async stop(timeout: number): Promise<void> {
    await Promise.all([this.#relay.stop(timeout), this.#dueEvents.stop(timeout)]);
  }
}
