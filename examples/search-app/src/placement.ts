import type { EventBus, Handler } from 'class-events';
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
type Place = 'worker' | 'main thread';

interface Handlers {
  readonly search: Handler<SearchRequested>;
  readonly fetchAirport: Handler<AirportRequested>;
  readonly saveAirport: Handler<AirportEdited>;
  readonly fetchPositions: Handler<PositionsRequested>;
}

/** Puts the data service on a thread. Whoever publishes cannot tell on which. */
export class Placement {
  /** Where events go from now on. Those that went to the other place are handled there, waiting ones too. */
  place: Place = 'worker';
  readonly #bus: EventBus;

  constructor(bus: EventBus) {
    this.#bus = bus;
    this.#subscribe('worker', this.#inWorker());
    this.#subscribe('main thread', this.#onMainThread());
  }

  #inWorker(): Handlers {
    const create = (): Worker =>
      new Worker(new URL('./data-service.worker.ts', import.meta.url), { type: 'module', name: 'data service' });
    const pool = new WebWorkerPool({ catalog, bus: this.#bus, create });
    return {
      search: inWorker('search', { pool }),
      fetchAirport: inWorker('fetchAirport', { pool }),
      saveAirport: inWorker('saveAirport', { pool }),
      fetchPositions: inWorker('fetchPositions', { pool }),
    };
  }

  #onMainThread(): Handlers {
    // Loaded when it is wanted: to the page itself the database is of no use.
    const service = (): Promise<typeof dataService> => import('./data-service.js');
    const context = { mainBus: this.#bus };
    return {
      search: async (event) => (await service()).search(event, context),
      fetchAirport: async (event) => (await service()).fetchAirport(event, context),
      saveAirport: async (event) => (await service()).saveAirport(event, context),
      fetchPositions: async (event) => (await service()).fetchPositions(event, context),
    };
  }

  #subscribe(place: Place, { search, fetchAirport, saveAirport, fetchPositions }: Handlers): void {
    const filter = (): boolean => this.place === place;
    this.#bus.subscribe(SearchRequested, search, {
      name: 'search',
      filter,
      onFailure: (error, { text }) => new SearchFailed(text, problemOf(error)),
    });
    this.#bus.subscribe(AirportRequested, fetchAirport, { name: 'fetchAirport', filter });
    this.#bus.subscribe(AirportEdited, saveAirport, {
      name: 'saveAirport',
      filter,
      onFailure: (error, { id }) => new SaveFailed(id, problemOf(error)),
    });
    this.#bus.subscribe(PositionsRequested, fetchPositions, { name: 'fetchPositions', filter });
  }
}
