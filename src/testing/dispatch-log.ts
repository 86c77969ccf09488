import type { DeliveryProgress, DispatchObserver, EventBus, PlannedDispatch, PublishReport } from '../core/index.js';
import { isOfTestKit } from './failure-catcher.js';
import { isBusEvent, type RecordedDelivery, RecordedDispatch } from './recorded-dispatch.js';

// Taken when the module is loaded: a test may stop the clock later.
const { now } = Date;

/** Puts together what an observer is shown in pieces: each publish with its cause, its deliveries and its report. */
export class DispatchLog implements DispatchObserver {
  /** In the order of publishing, with deliveries from an outbox between them. */
  readonly dispatches = new Set<RecordedDispatch>();
  /** In the order of settling. */
  reports: PublishReport[] = [];
  readonly stop: () => void;
  readonly #includes: () => boolean;
  readonly #unsettled = new Set<RecordedDispatch>();
  readonly #deliveries = new Map<number, RecordedDelivery>();
  readonly #latestOf = new WeakMap<object, RecordedDispatch>();
  readonly #wakers: (() => void)[] = [];

  /** @param includes Asked at each publish, on the publisher's stack. */
  constructor(bus: EventBus, includes: () => boolean) {
    this.#includes = includes;
    this.stop = bus.observe(this);
  }

  get settled(): boolean {
    return this.#unsettled.size === 0;
  }

  /** When the last of what is recorded has settled. */
  whenSettled(): Promise<void> {
    return new Promise((resolve) => (this.settled ? resolve() : this.#wakers.push(resolve)));
  }

  has(event: object): boolean {
    return this.#latestOf.has(event);
  }

  clear(): void {
    this.dispatches.clear();
    this.reports = [];
  }

  onPlan({ event, cause, subscriptions: planned, redelivered }: PlannedDispatch): void {
    const subscriptions = planned.filter((subscription) => !isOfTestKit(subscription));
    if (!this.#includes() || (isBusEvent(event) && subscriptions.length === 0)) return;
    let dispatch = this.#latestOf.get(event);
    if (dispatch?.hasDeferred(subscriptions)) {
      dispatch.resume(subscriptions);
    } else {
      dispatch = new RecordedDispatch(event, cause && this.#latestOf.get(cause), subscriptions, redelivered === true);
      this.dispatches.add(dispatch);
      this.#latestOf.set(event, dispatch);
    }
    this.#unsettled.add(dispatch);
  }

  onDelivery({ id, event, subscription, status, reason }: DeliveryProgress): void {
    const delivery = status === 'waiting' ? this.#begin(id, event, subscription) : this.#deliveries.get(id);
    if (!delivery) return;
    delivery.status = status;
    delivery.reason = reason;
    if (status === 'executing') delivery.startedAt = now();
    else if (status !== 'waiting') this.#deliveries.delete(id);
  }

  onReport(report: PublishReport): void {
    const dispatch = [...this.#unsettled].find((candidate) => candidate.matches(report));
    if (!dispatch) return;
    if (dispatch.settled) this.#unsettled.delete(dispatch);
    if (this.dispatches.has(dispatch)) this.reports.push(report);
    if (this.settled) for (const wake of this.#wakers.splice(0)) wake();
  }

  /** The same event may be on its way several times: what begins belongs to a publish that has not begun it yet. */
  #begin(id: number, event: object, subscription: unknown): RecordedDelivery | undefined {
    for (const dispatch of this.#unsettled) {
      if (dispatch.event !== event) continue;
      const delivery = dispatch.deliveries.find(
        (candidate) => candidate.subscription === subscription && candidate.id === undefined,
      );
      if (!delivery) continue;
      delivery.id = id;
      this.#deliveries.set(id, delivery);
      return delivery;
    }
    return undefined;
  }
}
