/// <reference lib="esnext.disposable" preserve="true" />
import type { EventBus, EventClass, PublishReport } from '../core/index.js';
import { DispatchLog } from './dispatch-log.js';
import type { RecordedDispatch } from './recorded-dispatch.js';

/**
 * What was published on one bus since `recordEvents`, and what became of it.
 *
 * @example
 * ```ts
 * const recorder = recordEvents(bus);
 * await orders.place('o-1');
 * recorder.of(OrderPlaced).map(({ orderId }) => orderId); // ['o-1']
 * ```
 */
export class EventRecorder implements Disposable {
  readonly #log: DispatchLog;

  /** @internal */
  constructor(log: DispatchLog) {
    this.#log = log;
  }

  /** @internal The publishes, and the deliveries from an outbox, in order. */
  get dispatches(): readonly RecordedDispatch[] {
    return [...this.#log.dispatches];
  }

  /** @internal The publishes alone, in order. */
  get publishes(): readonly RecordedDispatch[] {
    return this.dispatches.filter(({ redelivered }) => !redelivered);
  }

  /**
   * The events in the order of publishing, an emitted one at its turn. Each publish counts once, however often an
   * outbox delivers its event; a bus that only delivers has published nothing. Not `HandlerFailed` and
   * `UnhandledEvent`: they have `of`.
   */
  get events(): readonly object[] {
    return this.of(Object);
  }

  /**
   * The reports in the order of settling: an event whose handlers are still running has none yet, and one with deferred
   * deliveries has another one for each phase, and for each attempt of an outbox to deliver it.
   */
  get reports(): readonly PublishReport[] {
    return [...this.#log.reports];
  }

  /**
   * The published events of a class and its subclasses. `Object` gives what `events` gives.
   *
   * @example
   * ```ts
   * const [placed] = recorder.of(OrderPlaced);
   * ```
   */
  of<E extends object>(eventClass: EventClass<E>): E[] {
    return this.publishes.filter((publish) => publish.isOf(eventClass)).map(({ event }) => event as E);
  }

  /** @internal */
  dispatchesOf(eventClass: EventClass): RecordedDispatch[] {
    return this.dispatches.filter((dispatch) => dispatch.isOf(eventClass));
  }

  /** Forgets what was published until now, with the reports that are still to come for it. */
  clear(): void {
    this.#log.clear();
  }

  /** Records no further events. Those that are on their way still get their reports. */
  stop(): void {
    this.#log.stop();
  }

  /** The same as `stop()`, for `using`. */
  [Symbol.dispose](): void {
    this.stop();
  }
}

/**
 * Records from now on what is published on a bus: by `publish` and by `emit`, also from handlers, at any time. It
 * changes nothing, and any number of recorders can record at once.
 *
 * @example
 * ```ts
 * using recorder = recordEvents(bus); // stops with the block
 * await orders.place('o-1');
 * recorder.events; // [OrderPlaced { orderId: 'o-1' }, StockReserved { … }]
 * ```
 */
export function recordEvents(bus: EventBus): EventRecorder {
  return new EventRecorder(new DispatchLog(bus, () => true));
}
