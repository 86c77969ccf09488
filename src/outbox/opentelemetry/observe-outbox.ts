import type { BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import { defaultMeter } from './default-meter.js';
import { meterDeliveries } from './delivery-meters.js';
import type { HandlerStatus, Outbox, OutboxStatus } from '../index.js';

/**
 * By what an outbox is measured, and how often.
 *
 * @example
 * ```ts
 * const stop = observeOutbox(outbox, { meter: metrics.getMeter('shop'), every: 30_000 });
 * ```
 */
export interface ObserveOptions {
  /** Makes the gauges. Default: that of the global provider. */
  readonly meter?: Meter | undefined;
  /** Milliseconds for which one status serves all who read the gauges. Default 5 000. */
  readonly every?: number | undefined;
}

/**
 * Shows how an outbox stands as gauges, named `class_events.outbox.…`: for each handler
 * (`messaging.destination.name`) `oldest_due_age` in seconds, `pending`, `blocked` and `dead`, and for all
 * `relays` and `buckets_taken`. The status is asked for when somebody reads them; one that cannot be had is an error
 * of that reading. Returns what ends it.
 *
 * Every process may do it; for the gauges one is enough, for all see the same tables. The counters `delivered`,
 * `failed` and `dead_letters`, and the histograms `attempt_duration` (seconds) and `attempts`, are of what this process
 * has done.
 *
 * @example
 * ```ts
 * const stop = observeOutbox(outbox);
 * ```
 */
export function observeOutbox(
  outbox: Pick<Outbox, 'status'> & { readonly bus?: object | undefined },
  options: ObserveOptions = {},
): () => void {
  const { meter = defaultMeter(), every = 5_000 } = options;
  const gauge = (name: string, unit: string, description: string): Observable =>
    meter.createObservableGauge(`class_events.outbox.${name}`, { unit, description });
  const perHandler: readonly (readonly [Observable, (status: HandlerStatus) => number])[] = [
    [gauge('oldest_due_age', 's', 'Age of the oldest delivery that is due.'), (status) => status.oldestDueAge / 1_000],
    [gauge('pending', '{delivery}', 'Deliveries that wait.'), (status) => status.pending],
    [gauge('blocked', '{key}', 'Keys that wait for their next attempt.'), (status) => status.blocked],
    [gauge('dead', '{delivery}', 'Dead letters.'), (status) => status.dead],
  ];
  const overall: readonly (readonly [Observable, (status: OutboxStatus) => number])[] = [
    [gauge('relays', '{relay}', 'Relays that live.'), (status) => status.relays],
    [gauge('buckets_taken', '{bucket}', 'Buckets that a relay has taken.'), (status) => status.buckets.taken],
  ];
  const seen = new Set<string>();
  const ask = atMostEvery(every, () => outbox.status());
  const observe = async (result: BatchObservableResult): Promise<void> => {
    const status = await ask();
    for (const [observable, value] of overall) result.observe(observable, value(status));
    const handlers = new Map(status.handlers.map((handlerStatus) => [handlerStatus.handler, handlerStatus]));
    for (const handler of handlers.keys()) seen.add(handler);
    for (const handler of seen) {
      // One for which nothing waits any more is not in the status; without a zero its last figures would seem to hold.
      const handlerStatus = handlers.get(handler) ?? { ...nothing, handler };
      for (const [observable, value] of perHandler) {
        result.observe(observable, value(handlerStatus), { 'messaging.destination.name': handler });
      }
    }
  };
  const observables = [...perHandler, ...overall].map(([observable]) => observable);
  meter.addBatchObservableCallback(observe, observables);
  const endMeters = outbox.bus ? meterDeliveries(meter, outbox.bus) : () => undefined;
  return () => {
    endMeters();
    meter.removeBatchObservableCallback(observe, observables);
  };
}

// Its relays are no gauge.
const nothing = { relays: 0, pending: 0, blocked: 0, dead: 0, oldestDueAge: 0 };

/** One answer serves all who ask within the time (ms); one that failed serves nobody else. */
function atMostEvery<T>(time: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly at: number } | undefined;
  return () => {
    const now = performance.now();
    if (last && now - last.at < time) return last.answer;
    const answer = ask();
    last = { answer, at: now };
    answer.catch(() => (last = undefined));
    return answer;
  };
}
