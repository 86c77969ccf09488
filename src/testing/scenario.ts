import {
  aFunction,
  checkOptions,
  type Checks,
  type EventBus,
  type EventClass,
  HandlerFailed,
  milliseconds,
  oneOf,
  PublishError,
  settledWithin,
} from '../core/index.js';
import { AsyncSpan } from './async-span.js';
import { DispatchLog } from './dispatch-log.js';
import { treeOf } from './dispatch-tree.js';
import { EventRecorder } from './event-recorder.js';
import { FailureCatcher } from './failure-catcher.js';
import { confirmHandled, confirmPublished } from './scenario-outcome.js';

// Taken when the module is loaded: a test may stop the clock later.
const { setTimeout } = globalThis;

/**
 * What is done on a bus, and what is to come of it.
 *
 * @example
 * ```ts
 * const shipping: Scenario = { when: () => orders.ship('o-1'), published: [OrderShipped], timeout: 500 };
 * ```
 */
export interface Scenario {
  /** Events that happened before: published one after another, each with its whole cascade, and not recorded. */
  readonly given?: readonly object[] | undefined;
  /** What is tested. A promise that it returns is awaited. */
  readonly when: () => unknown;
  /**
   * The events that are published, all of them and in this order. A class stands for any event of it, an event for one
   * of the same class with the same fields. Default: not looked at.
   */
  readonly published?: readonly (EventClass | object)[] | undefined;
  /** Names of subscriptions whose handlers are called with some event and fulfil; there may be others. */
  readonly handled?: readonly string[] | undefined;
  /**
   * An outbox of the bus, whose due deliveries are made too, each time when all else has settled. What its handlers do
   * is recorded and waited for, unless the outbox was started: then it is waited for alone.
   */
  readonly outbox?:
    | {
        /** Makes all deliveries that are due. An `Outbox` has it. */
        drain(options?: { timeout?: number }): Promise<unknown>;
      }
    | undefined;
  /** Milliseconds for `given` and for `when`, each with all that they lead to. Default 3000. */
  readonly timeout?: number | undefined;
  /**
   * With `rethrow` the failure of a handler is a failure of the scenario. With `keep` it is in
   * the reports. Default `rethrow`.
   */
  readonly failures?: 'rethrow' | 'keep' | undefined;
}

const aList = ['a list', Array.isArray] as const;
const scenarioChecks: Checks<Scenario> = {
  given: aList,
  when: aFunction,
  published: aList,
  handled: aList,
  outbox: ['an Outbox', (value) => typeof (value as { drain?: unknown } | null)?.drain === 'function'],
  timeout: milliseconds,
  failures: oneOf('rethrow', 'keep'),
};

/**
 * Handlers had not settled when the time was over. The message shows each event with the states of its handlers, and
 * below it the events that these published.
 *
 * @example
 * ```ts
 * await expect(scenario(bus, { when, timeout: 100 })).rejects.toBeInstanceOf(ScenarioTimeoutError);
 * ```
 */
export class ScenarioTimeoutError extends Error {
  override readonly name = 'ScenarioTimeoutError';
}

/**
 * Plays a scenario: publishes what is given, does what is tested, and waits for all that this leads to, emitted events
 * and those of async handlers included. What runs beside it on the same bus is not waited for, not recorded and not
 * checked. Then it compares, and resolves with the record, for further questions.
 *
 * Failures of emitted events come to the scenario, and to handlers of `HandlerFailed`, in place of `onError`.
 *
 * @throws TypeError for a misspelt option or an impossible value. It rejects with what `when` throws;
 * with `PublishError` for handlers that failed; with `ScenarioTimeoutError`; and with an `EventAssertionError`
 * for an outcome that differs.
 * @example
 * ```ts
 * await scenario(bus, {
 *   given: [new OrderPlaced('o-1')],
 *   when: () => orders.ship('o-1'),
 *   published: [new OrderShipped('o-1'), CustomerNotified],
 *   handled: ['Receipts.send'],
 * });
 * ```
 */
export async function scenario(bus: EventBus, { given = [], ...scene }: Scenario): Promise<EventRecorder> {
  checkOptions({ given, ...scene }, scenarioChecks);
  if (scene.when === undefined) throw new TypeError('A scenario needs when: a function that does what is tested.');
  for (const event of given) await play(bus, () => bus.publish(event), scene);
  const recorder = await play(bus, scene.when, scene);
  if (scene.published) confirmPublished(recorder, scene.published);
  if (scene.handled) confirmHandled(recorder, scene.handled);
  return recorder;
}

/** Does something and waits for all that it leads to. */
async function play(
  bus: EventBus,
  work: () => unknown,
  { timeout = 3000, failures, outbox }: Scenario,
): Promise<EventRecorder> {
  const span = new AsyncSpan();
  const log = new DispatchLog(bus, () => span.covers);
  const catcher = bus.subscribe(HandlerFailed, new FailureCatcher(), { filter: ({ event }) => log.has(event) });
  try {
    const result = span.run(async () => await work());
    const settled = Promise.allSettled([result])
      .then(() => allSettled(log))
      .then(() => span.run(async () => outbox?.drain({ timeout })))
      .then(() => allSettled(log));
    if (!(await settledWithin(settled, timeout))) throw timeoutError(log, timeout);
    const failedReports = log.reports.filter((report) => report.failures.length > 0);
    await result.catch((error: unknown) => {
      // Its failures are kept in the reports.
      if (failures !== 'keep' || !(error instanceof PublishError)) throw error;
    });
    const [first, ...rest] = failedReports;
    if (first && failures !== 'keep') throw new PublishError([first, ...rest]);
    return new EventRecorder(log);
  } finally {
    catcher.unsubscribe();
    log.stop();
  }
}

/** Asked again after a turn of the event loop: what waited for the last one may publish the next. */
async function allSettled(log: DispatchLog): Promise<void> {
  do {
    await log.whenSettled();
    await new Promise((resolve) => setTimeout(resolve));
  } while (!log.settled);
}

function timeoutError(log: DispatchLog, timeout: number): ScenarioTimeoutError {
  const tree = treeOf([...log.dispatches]);
  return new ScenarioTimeoutError(
    `The scenario did not settle within ${timeout} ms. ` +
      (log.settled ? 'What when returned is still pending; no handler is. ' : '') +
      (tree ? `Published were:\n\n${tree}` : 'Nothing was published.'),
  );
}
