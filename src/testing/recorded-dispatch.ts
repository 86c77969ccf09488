import {
  type DeliveryProgress,
  type EventClass,
  hiddenFromCatchAll,
  isRoutedTo,
  type PublishReport,
  type Subscription,
} from '../core/index.js';

/**
 * One delivery of a recorded event.
 *
 * Its `status` moves from waiting to executing, and from either of them to an outcome. A delivery whose outcome is
 * `deferred` moves back to waiting when its phase comes.
 */
export interface RecordedDelivery {
  readonly subscription: Subscription;
  id: number | undefined;
  status: DeliveryProgress['status'];
  reason: unknown;
  /** When its handler was started last, in ms. */
  startedAt: number | undefined;
}

/** One publish, or one delivery from an outbox, as an observer has seen it so far. */
export class RecordedDispatch {
  /** Events that its handlers published on the same stack. */
  readonly effects: RecordedDispatch[] = [];
  readonly deliveries: readonly RecordedDelivery[];

  constructor(
    readonly event: object,
    readonly cause: RecordedDispatch | undefined,
    subscriptions: readonly Subscription[],
    /** Whether an outbox has delivered the event. It was published before, perhaps by another process. */
    readonly redelivered: boolean,
  ) {
    this.deliveries = subscriptions.map((subscription) => ({
      subscription,
      id: undefined,
      status: 'waiting',
      reason: undefined,
      startedAt: undefined,
    }));
    cause?.effects.push(this);
  }

  /** Whether it is an event of the class. The bus's own events do not count as `Object`, as with a catch-all. */
  isOf(eventClass: EventClass): boolean {
    return isRoutedTo(this.event, eventClass) && !(isBusEvent(this.event) && isRoutedTo({}, eventClass));
  }

  /**
   * Whether these are deliveries that a unit of work took over: the event is not published again when it makes them.
   */
  hasDeferred(subscriptions: readonly Subscription[]): boolean {
    const deferred = this.deliveries.filter(({ status }) => status === 'deferred');
    return (
      subscriptions.length > 0 &&
      subscriptions.every((subscription) => deferred.some((delivery) => delivery.subscription === subscription))
    );
  }

  /** Whether no delivery is to be expected now; deferred ones begin anew. */
  get settled(): boolean {
    return this.deliveries.every(isSettled);
  }

  /**
   * Whether a report can be about this publish, and not about another one of the same event that is still on its way.
   */
  matches({ event, deliveries }: PublishReport): boolean {
    if (event !== this.event) return false;
    const settled = deliveries.filter(({ status }) => status !== 'deferred');
    return this.deliveries.every(
      (delivery) => isSettled(delivery) || !settled.some(({ subscription }) => subscription === delivery.subscription),
    );
  }

  /** Begins the deferred deliveries anew. */
  resume(subscriptions: readonly Subscription[]): void {
    for (const delivery of this.deliveries) {
      if (!subscriptions.includes(delivery.subscription)) continue;
      delivery.id = undefined;
      delivery.status = 'waiting';
    }
  }
}

function isSettled({ status }: RecordedDelivery): boolean {
  return status !== 'waiting' && status !== 'executing';
}

/** Whether an event is the bus's own: it is published because of another one, and reaches no catch-all. */
export function isBusEvent(event: object): boolean {
  return hiddenFromCatchAll in event;
}
