import { AirportDatabase } from './airport-database.js';
import {
  type AirportEdited,
  AirportFetched,
  type AirportRequested,
  AirportSaved,
  PositionsFetched,
  type PositionsRequested,
  SearchCompleted,
  type SearchRequested,
} from './events.js';

/** Where the answers go: to the page's bus, which a worker knows as `mainBus`. */
interface Home {
  readonly mainBus: { publish(event: object): Promise<unknown> };
}

let opening: Promise<AirportDatabase> | undefined;
const database = (): Promise<AirportDatabase> => (opening ??= AirportDatabase.open());

// The handlers of the slow work. They do not know on which thread they run, nor who asks.

export async function search({ text }: SearchRequested, { mainBus }: Home): Promise<void> {
  const airports = await database();
  const start = performance.now();
  const matches = await airports.search(text);
  await mainBus.publish(new SearchCompleted(text, matches, Math.round(performance.now() - start)));
}

export async function fetchAirport({ id }: AirportRequested, { mainBus }: Home): Promise<void> {
  const airports = await database();
  await mainBus.publish(new AirportFetched(await airports.fetch(id)));
}

export async function saveAirport({ id, changes }: AirportEdited, { mainBus }: Home): Promise<void> {
  const airports = await database();
  await mainBus.publish(new AirportSaved(await airports.save(id, changes)));
}

export async function fetchPositions(_: PositionsRequested, { mainBus }: Home): Promise<void> {
  const airports = await database();
  await mainBus.publish(new PositionsFetched(await airports.positions()));
}
