import type { EventCatalog } from '../catalog/index.js';
import type { EventBus } from '../core/index.js';
import type { EventData } from './message.js';

/** What workers publish, handed to the main thread's bus in the order in which it arrives. */
export class Arrivals {
  readonly #catalog: EventCatalog;
  readonly #bus: EventBus;
  // Reading may take a while, with an async schema, and another event none.
  #last: Promise<void> = Promise.resolve();

  constructor(catalog: EventCatalog, bus: EventBus) {
    this.#catalog = catalog;
    this.#bus = bus;
  }

  /** Settled when all that arrived so far has been handed over. Never rejects. */
  get handedOver(): Promise<void> {
    return this.#last;
  }

  /** `settled` is called with what failed: nothing, most often. */
  publish(written: EventData, settled: (failures: readonly unknown[]) => void): void {
    const publish = (event: object): void => {
      this.#bus.publish(event).then(
        () => settled([]),
        (error: unknown) => settled(failuresOf(error)),
      );
    };
    this.#enqueue(written, publish, (error) => settled([error]));
  }

  /** `refused` is called with why the event was not taken: it cannot be read here, or the bus is closed. */
  emit(written: EventData, refused: (error: unknown) => void): void {
    const emit = (event: object): void => {
      try {
        this.#bus.emit(event);
      } catch (error) {
        refused(error);
      }
    };
    this.#enqueue(written, emit, refused);
  }

  #enqueue(
    { name, version, data }: EventData,
    accept: (event: object) => void,
    refuse: (error: unknown) => void,
  ): void {
    this.#last = this.#last
      .then(() => this.#catalog.read(name, version, data))
      .then(accept)
      .catch(refuse);
  }
}

/** What the handlers threw, or why the bus did not take the event. */
function failuresOf(error: unknown): readonly unknown[] {
  const { errors } = error as { readonly errors?: unknown };
  return Array.isArray(errors) ? errors : [error];
}
