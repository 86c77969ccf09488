import type { BusLifecycle } from './bus-lifecycle.js';
import type { Dispatch } from './dispatch.js';
import type { Dispatcher } from './dispatcher.js';
import type { Signal } from './handler.js';
import type { InFlight } from './in-flight.js';
import { aSignal, checkOptions, type Checks } from './option-checks.js';
import { LazyReport, PublishError, type PublishReport } from './publish-report.js';

/**
 * How one publish is to go.
 *
 * @example
 * ```ts
 * await bus.publish(new OrderPlaced('o-1'), { signal: request.signal });
 * ```
 */
export interface PublishOptions {
  /** Aborted before: nothing runs. Aborted meanwhile: handlers that have not started are skipped. */
  readonly signal?: Signal | undefined;
}

const checks: Checks<PublishOptions> = { signal: aSignal };

/** Turns dispatches into the promises that publishers wait for. */
export class Publisher {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly lifecycle: BusLifecycle,
    private readonly inFlight: InFlight,
  ) {}

  // No async function: that would cost every publish one more promise, 20 ns of about 30.
  publish<E extends object>(
    event: E,
    options: PublishOptions | undefined,
    rejects: boolean,
  ): Promise<PublishReport<E>> {
    try {
      this.lifecycle.assertOpen();
      const plan = this.dispatcher.admit(event);
      const dispatch = this.dispatcher.publish(event, plan, signalOf(options));
      if (dispatch === undefined) return Promise.resolve(new LazyReport(event, plan.steps));
      if (dispatch.settled) return Promise.resolve(conclude<E>(dispatch, rejects));
      return new Promise<void>((settled) => (dispatch.onSettled = settled)).then(() => conclude<E>(dispatch, rejects));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async publishAll<E extends object>(
    events: Iterable<E>,
    options: PublishOptions | undefined,
  ): Promise<PublishReport<E>[]> {
    this.lifecycle.assertOpen();
    const all = [...events];
    for (const event of all) this.dispatcher.admit(event);
    const reports: PublishReport<E>[] = [];
    // Between two events nothing runs, and still the bus must not close.
    const between = { unfinished: () => [] };
    this.inFlight.begin(between);
    try {
      for (const event of all) reports.push(await this.publish(event, options, false));
    } catch (interruption) {
      // Aborted or closed by a timeout: what was published before may have failed, and that must not be lost either.
      throw errorOf(reports, interruption) ?? interruption;
    } finally {
      this.inFlight.end(between);
    }
    const error = errorOf(reports);
    if (error !== undefined) throw error;
    return reports;
  }
}

/** @throws the reason of a signal that is aborted already. */
function signalOf(options: PublishOptions | undefined): Signal | undefined {
  checkOptions(options, checks);
  const signal = options?.signal;
  if (signal?.aborted === true) throw signal.reason;
  return signal;
}

function conclude<E extends object>(dispatch: Dispatch, rejects: boolean): PublishReport<E> {
  const report = dispatch.report<E>();
  if (rejects && dispatch.hasFailures) throw new PublishError([report]);
  return report;
}

function errorOf(reports: readonly PublishReport[], cause?: unknown): PublishError | undefined {
  const [first, ...others] = reports.filter(({ failures }) => failures.length > 0);
  return first === undefined
    ? undefined
    : new PublishError([first, ...others], cause === undefined ? undefined : { cause });
}
