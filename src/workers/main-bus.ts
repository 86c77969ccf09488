import type { EventCatalog, WrittenEvent } from '../catalog/index.js';
import { classNameOf, isThenable } from '../core/index.js';
import type { ToMain, ToWorker } from './message.js';
import type { Port } from './port.js';
import type { Refusals } from './refusals.js';
import { errorOf } from './thrown-data.js';
import { RemotePublishError } from './worker-errors.js';

/**
 * What goes with an event to the main thread.
 *
 * @example
 * ```ts
 * await mainBus.publish(new ThumbnailMade(id, pixels), { transfer: [pixels] });
 * ```
 */
export interface SendOptions {
  /** What is moved and not copied: `ArrayBuffer`s, most often. The worker cannot use them any more. */
  readonly transfer?: readonly object[] | undefined;
}

/**
 * The main thread's bus, as the handler of one delivery sees it from its worker. Events arrive in the order in which
 * they were published here. It ends with the handler: after that it takes no more events.
 *
 * Its state is *open* (it takes events), *ended* (the handler has settled; events that an async schema looks at
 * are still to be sent) or *released* (all messages are posted; the port closes when the last publish is
 * answered). It only moves forward.
 *
 * @example
 * ```ts
 * export default workerHandler(catalog, async (event: ImageUploaded, { mainBus }) => {
 *   mainBus.emit(new ThumbnailBegun(event.imageId));
 *   await mainBus.publish(new ThumbnailMade(event.imageId, await thumbnailOf(event.path)));
 * });
 * ```
 */
export class MainBus {
  readonly #catalog: EventCatalog;
  readonly #port: Port;
  readonly #refusals: Refusals;
  readonly #unsettled = new Map<number, { settle(failures: readonly Error[]): void }>();
  #count = 0;
  #state: 'open' | 'ended' | 'released' = 'open';
  /** Settles when the last event has been written that an async schema is asked about. */
  #writing: Promise<unknown> | undefined;

  /** @internal */
  constructor(catalog: EventCatalog, port: Port, refusals: Refusals) {
    this.#catalog = catalog;
    this.#port = port;
    this.#refusals = refusals;
  }

  /**
   * Publishes an event on the main thread. Settles when its handlers there have; rejects with `RemotePublishError` when
   * some of them failed. The thread is not given to others while the handler awaits this.
   *
   * Rejects with what the catalog throws for an event that it cannot write, and with an Error
   * when the handler has returned.
   * @example await mainBus.publish(new ThumbnailMade(event.imageId));
   */
  async publish(event: object, options: SendOptions = {}): Promise<void> {
    const id = ++this.#count;
    const settled = new Promise<void>((resolve, reject) => {
      const settle = (failures: readonly Error[]): void =>
        failures.length === 0 ? resolve() : reject(new RemotePublishError(classNameOf(event), failures));
      this.#unsettled.set(id, { settle });
    });
    try {
      await this.#send(event, (written) => ({ type: 'published', id, event: written }), options);
    } catch (error) {
      this.#forget(id);
      throw error;
    }
    return settled;
  }

  /**
   * Emits an event on the main thread, and waits for nothing. A failing handler there is the main thread's concern. An
   * event that cannot be read there, or that the bus does not take, fails this delivery when the handler has returned;
   * so does one that an async schema refuses here.
   *
   * @throws what the catalog throws for an event that it cannot write, and an Error when the handler has returned.
   * @example mainBus.emit(new Progress(event.imageId, 0.5));
   */
  emit(event: object, options: SendOptions = {}): void {
    this.#send(event, (written) => ({ type: 'emitted', event: written }), options)?.catch(this.#refusals.add);
  }

  /** @internal */
  settle({ id, failures }: Extract<ToWorker, { type: 'settled' }>): void {
    const publish = this.#unsettled.get(id);
    this.#forget(id);
    publish?.settle(failures.map(errorOf));
  }

  /** @internal Takes no more events, and resolves when the events that it has are sent. */
  async end(): Promise<void> {
    this.#state = 'ended';
    await this.#writing;
  }

  /**
   * @internal Closes the port when no publish waits for an answer any more. The handler's
   * outcome has been posted by then.
   */
  release(): void {
    this.#state = 'released';
    this.#closeWhenDone();
  }

  #forget(id: number): void {
    this.#unsettled.delete(id);
    this.#closeWhenDone();
  }

  #closeWhenDone(): void {
    if (this.#state === 'released' && this.#unsettled.size === 0) this.#port.close();
  }

  /** Posts at once if it can: a handler that computes for long tells of its progress meanwhile. */
  #send(
    event: object,
    messageOf: (written: WrittenEvent) => ToMain,
    { transfer = [] }: SendOptions,
  ): Promise<void> | undefined {
    if (this.#state !== 'open') {
      throw new Error(
        `${classNameOf(event)} was published by a handler that had returned already. Await in it all that publishes.`,
      );
    }
    const written = this.#catalog.write(event);
    const post = (data: WrittenEvent): void => this.#port.postMessage(messageOf(data), transfer);
    if (!this.#writing && !isThenable(written)) {
      post(written);
      return undefined;
    }
    const sent = this.#writeInTurn(written, this.#writing).then(post);
    // An event that cannot be written does not delay later ones.
    const writing = sent
      .catch(() => {})
      .finally(() => {
        if (this.#writing === writing) this.#writing = undefined;
      });
    this.#writing = writing;
    return sent;
  }

  /** Also what cannot be written waits for those before it: else what comes next would overtake them. */
  async #writeInTurn(written: WrittenEvent | Promise<WrittenEvent>, before: unknown): Promise<WrittenEvent> {
    await Promise.allSettled([written, before]);
    return written;
  }
}
