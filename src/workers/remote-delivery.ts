import { reportUncaught, textOf } from '../core/index.js';
import type { Arrivals } from './arrivals.js';
import { type EventData, answerAfterDelivery, type Task, type ToMain, type ToWorker } from './message.js';
import { openChannel, type Port } from './port.js';
import { type Failed, Refusals } from './refusals.js';
import { errorOf, thrownData } from './thrown-data.js';
import { WorkerEndedError } from './worker-errors.js';

/** What is delivered, and how. */
export interface RemoteDeliveryOptions {
  /** `Event → handler`, for messages. */
  readonly name: string;
  readonly event: EventData;
  readonly context: Task['context'];
  /** Aborts the handler in the worker. */
  readonly signal: AbortSignal;
  readonly transfer: readonly object[];
  /** Milliseconds that an aborted handler has to end by itself. */
  readonly grace: number;
  readonly arrivals: Arrivals;
  /** What is wrong when the thread does not answer as a handler does. */
  readonly noHandler: string;
}

const remedy = 'Its module has to export default workerHandler(catalog, handler), which alone talks to this thread.';

/** Has a thread do a task. */
type Run = (task: Task, transfer: readonly object[], terminate: AbortSignal) => Promise<unknown>;

/**
 * One event on its way to a handler in a worker, seen from the main thread.
 *
 * Its state is *sent* (the handler may have started), *started*, *fulfilled* or *rejected*. The worker's
 * messages move it from sent to started, and from started to fulfilled or rejected. When the thread ends, or does not
 * keep to the protocol, sent and started move to rejected.
 */
export class RemoteDelivery {
  /** Settles as the handler does, or rejects when its thread ends. */
  readonly outcome: Promise<void>;
  /** Settles when the thread is free for another delivery. Never rejects. */
  readonly released: Promise<void>;
  readonly #options: RemoteDeliveryOptions;
  readonly #port: Port;
  readonly #terminate = new AbortController();
  #state: 'sent' | 'started' | 'fulfilled' | 'rejected' = 'sent';
  #portIsOpen = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fulfil!: () => void;
  #reject!: (error: unknown) => void;
  /** Given up when the thread has served, and its outcome does not come. */
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #hasServed = false;
  readonly #refusals = new Refusals();

  constructor(options: RemoteDeliveryOptions, run: Run) {
    const { event, context, transfer } = options;
    const [near, port] = openChannel();
    this.#options = options;
    this.#port = near;
    this.outcome = new Promise((fulfil, reject) => {
      this.#fulfil = fulfil;
      this.#reject = reject;
    });
    near.addEventListener('message', ({ data }) => this.#receive(data));
    near.addEventListener('messageerror', ({ data }) => this.#refuse('the worker sent what cannot be read here', data));
    near.addEventListener('close', () => {
      this.#portIsOpen = false;
      // All that was posted has been read by now.
      if (this.#hasServed) this.#giveUp();
    });
    near.start();
    this.released = this.#run(() => run({ event, context, port }, [port, ...transfer], this.#terminate.signal));
  }

  /** Ends the thread, if the handler has not settled. */
  terminate(): void {
    this.#terminate.abort();
  }

  async #run(run: () => Promise<unknown>): Promise<void> {
    const { signal, noHandler } = this.#options;
    const abort = (): void => this.#abort();
    signal.addEventListener('abort', abort);
    try {
      if ((await run()) === answerAfterDelivery) this.#expectOutcome();
      else this.#blame(noHandler);
    } catch (error) {
      // What the worker said before it ended came by another port, and may be read only after this.
      await new Promise((read) => setTimeout(read));
      this.#end(error);
    } finally {
      clearTimeout(this.#timer);
      signal.removeEventListener('abort', abort);
    }
  }

  #receive(data: unknown): void {
    try {
      this.#take(data as ToMain);
    } catch (cause) {
      this.#refuse('the worker sent what is no message of a delivery', cause);
    }
  }

  /** @throws an Error of some kind for what is no message. */
  #take(message: ToMain): void {
    const { arrivals } = this.#options;
    switch (message.type) {
      case 'started':
        // It may have ended before this was read.
        if (this.#state === 'sent') this.#state = 'started';
        break;
      case 'emitted':
        arrivals.emit(message.event, this.#refusals.add);
        break;
      case 'published':
        arrivals.publish(message.event, (failures) => this.#answer(message.id, failures));
        break;
      case 'fulfilled':
        this.#settle('fulfilled');
        break;
      case 'rejected':
        this.#settle('rejected', { error: errorOf(message.reason) });
        break;
      default:
        throw new TypeError('It is of no known type.');
    }
  }

  /**
   * Once all that the handler published has been handed over, so that a bus which waits for the delivery stays open for
   * it; and once the thread is free, so that it is there for whoever waited for the delivery.
   */
  #settle(state: 'fulfilled' | 'rejected', own?: Failed): void {
    if (this.#isSettled) return;
    this.#state = state;
    clearTimeout(this.#waiting);
    void Promise.all([this.#options.arrivals.handedOver, this.released]).then(() => this.#conclude(own));
  }

  #conclude(own: Failed | undefined): void {
    const failure = this.#refusals.failure(own);
    if (failure) this.#reject(failure.error);
    else this.#fulfil();
  }

  get #isSettled(): boolean {
    return this.#state === 'fulfilled' || this.#state === 'rejected';
  }

  /** The thread is free again, so it has posted its outcome by the other port: that is read soon, or never. */
  #expectOutcome(): void {
    this.#hasServed = true;
    if (!this.#portIsOpen) this.#giveUp();
    if (this.#isSettled) return;
    // A turn more. Otherwise a thread that was held up would give up before it reads what has come meanwhile.
    this.#waiting = setTimeout(() => (this.#waiting = setTimeout(() => this.#giveUp())), this.#options.grace);
  }

  #giveUp(): void {
    if (!this.#isSettled) this.#blame(`the worker does not say how its handler ended. ${remedy}`);
  }

  /**
   * Nobody knows what such a worker does, so its thread is replaced. What it says after its outcome concerns nobody.
   */
  #refuse(problem: string, cause: unknown): void {
    if (this.#isSettled) return;
    this.#blame(`${problem}. ${remedy}`, cause);
    this.#port.close();
    this.terminate();
  }

  /** Fails the delivery of what its worker is to blame for, also when that has said that all is well. */
  #blame(problem: string, cause?: unknown): void {
    const error = new TypeError(`${this.#options.name}: ${problem}`, { cause });
    if (this.#isSettled) this.#refusals.add(error);
    else this.#fail(error);
  }

  #answer(id: number, failures: readonly unknown[]): void {
    if (this.#portIsOpen) {
      this.#post({ type: 'settled', id, failures: failures.map((failure) => thrownData(failure)) });
    } else if (this.#state === 'fulfilled') {
      // Its handler did not wait, and the thread that could hear of it is gone. Else the
      // delivery has failed as well, aloud.
      for (const failure of failures) reportUncaught(failure);
    }
  }

  #abort(): void {
    this.#post({ type: 'abort', reason: thrownData(this.#options.signal.reason) });
    // Also where nothing was heard of the handler: it may have begun.
    this.#timer = setTimeout(() => this.terminate(), this.#options.grace);
  }

  #post(message: ToWorker): void {
    this.#port.postMessage(message, []);
  }

  /** The thread has ended, or never began. */
  #end(cause: unknown): void {
    const error = this.#endingError(cause);
    if (!this.#isSettled) this.#fail(error);
    else if (!this.#terminate.signal.aborted) reportUncaught(error);
  }

  #fail(error: Error): void {
    // A port whose thread has ended closes by itself.
    if (this.#state === 'sent') this.#port.close();
    this.#settle('rejected', { error });
  }

  #endingError(cause: unknown): Error {
    const { name, grace, signal } = this.#options;
    if ((cause as Partial<Error> | undefined)?.name === 'DataCloneError') {
      return new TypeError(
        `${name}: the event cannot be sent to a worker, for ${(cause as Error).message} ` +
          `Give its class a 'write' in the catalog that leaves that out.`,
        { cause },
      );
    }
    const began = this.#state !== 'sent';
    const ending = !this.#terminate.signal.aborted
      ? `the worker did not finish: ${textOf(cause)}`
      : !signal.aborted
        ? 'the worker was terminated when its pool closed.'
        : began
          ? `the worker was terminated, for its handler went on for ${grace} ms after context.signal had aborted.`
          : `the worker was terminated ${grace} ms after context.signal had aborted. Its handler may have begun.`;
    return new WorkerEndedError(`${name}: ${ending}`, { cause });
  }
}
