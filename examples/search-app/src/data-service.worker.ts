import { serve, workerHandler } from 'class-events/workers/web';
import { catalog } from './catalog.js';
import { fetchAirport, fetchPositions, saveAirport, search } from './data-service.js';

// The script of the Web Worker. The page calls these handlers by their names.
serve({
  search: workerHandler(catalog, search),
  fetchAirport: workerHandler(catalog, fetchAirport),
  saveAirport: workerHandler(catalog, saveAirport),
  fetchPositions: workerHandler(catalog, fetchPositions),
});
