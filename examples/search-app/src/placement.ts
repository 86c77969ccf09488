import type { EventBus, Handler, Subscription } from 'class-events';
import { inWorker, WebWorkerPool } from 'class-events/workers/web';
import { catalog } from './catalog.js';
import type * as dataService from './data-service.js';
import {
  AirportEdited,
  AirportRequested,
  PositionsRequested,
  SaveFailed,
  SearchFailed,
  SearchRequested,
} from './events.js';
import { problemOf } from './problem.js';

/** The threads on which the data service can run. */
export type Place = 'worker' | 'main thread';

interface Handlers {
  readonly search: Handler<SearchRequested>;
  readonly fetchAirport: Handler<AirportRequested>;
  readonly saveAirport: Handler<AirportEdited>;
  readonly fetchPositions: Handler<PositionsRequested>;
}

/** Puts the data service on a thread. Whoever publishes cannot tell on which. */
export class Placement {
  readonly #bus: EventBus;
  #end: () => Promise<void> = async () => {};

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  /** What has begun ends where it is; later events go to the new place, which has a database of its own. */
  async move(place: Place): Promise<void> {
    const ended = this.#end();
    this.#end = place === 'worker' ? this.#inWorker() : this.#onMainThread();
    await ended;
  }

  #inWorker(): () => Promise<void> {
    const create = (): Worker =>
      new Worker(new URL('./data-service.worker.ts', import.meta.url), { type: 'module', name: 'data service' });
    const pool = new WebWorkerPool({ catalog, bus: this.#bus, create });
    const subscriptions = this.#subscribe({
      search: inWorker('search', { pool }),
      fetchAirport: inWorker('fetchAirport', { pool }),
      saveAirport: inWorker('saveAirport', { pool }),
      fetchPositions: inWorker('fetchPositions', { pool }),
    });
    return async () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
      await pool.close();
    };
  }

  #onMainThread(): () => Promise<void> {
    // Loaded when it is wanted: to the page itself the database is of no use.
    const service = (): Promise<typeof dataService> => import('./data-service.js');
    const context = { mainBus: this.#bus };
    const subscriptions = this.#subscribe({
      search: async (event) => (await service()).search(event, context),
      fetchAirport: async (event) => (await service()).fetchAirport(event, context),
      saveAirport: async (event) => (await service()).saveAirport(event, context),
      fetchPositions: async (event) => (await service()).fetchPositions(event, context),
    });
    return async () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    };
  }

  #subscribe({ search, fetchAirport, saveAirport, fetchPositions }: Handlers): readonly Subscription[] {
    return [
      this.#bus.subscribe(SearchRequested, search, {
        name: 'search',
        onFailure: (error, { text }) => new SearchFailed(text, problemOf(error)),
      }),
      this.#bus.subscribe(AirportRequested, fetchAirport, { name: 'fetchAirport' }),
      this.#bus.subscribe(AirportEdited, saveAirport, {
        name: 'saveAirport',
        onFailure: (error, { id }) => new SaveFailed(id, problemOf(error)),
      }),
      this.#bus.subscribe(PositionsRequested, fetchPositions, { name: 'fetchPositions' }),
    ];
  }
}
