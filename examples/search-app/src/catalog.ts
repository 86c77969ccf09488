import { EventCatalog } from 'class-events/catalog';
import {
  AirportEdited,
  AirportFetched,
  AirportRequested,
  AirportSaved,
  PositionsFetched,
  PositionsRequested,
  SaveFailed,
  SearchCompleted,
  SearchFailed,
  SearchRequested,
} from './events.js';

/**
 * The names by which events are known outside of their thread: between the page and the worker, and in the status bar, since the
 * names of classes do not survive a minifier.
 */
export const catalog = new EventCatalog()
  .add(SearchRequested, { name: 'search.requested', read: ({ text }) => new SearchRequested(text) })
  .add(SearchCompleted, {
    name: 'search.completed',
    read: ({ text, matches, milliseconds }) => new SearchCompleted(text, matches, milliseconds),
  })
  .add(SearchFailed, { name: 'search.failed', read: ({ text, problem }) => new SearchFailed(text, problem) })
  .add(AirportRequested, { name: 'airport.requested', read: ({ id }) => new AirportRequested(id) })
  .add(AirportFetched, { name: 'airport.fetched', read: ({ airport }) => new AirportFetched(airport) })
  .add(AirportEdited, { name: 'airport.edited', read: ({ id, changes }) => new AirportEdited(id, changes) })
  .add(AirportSaved, { name: 'airport.saved', read: ({ airport }) => new AirportSaved(airport) })
  .add(SaveFailed, { name: 'save.failed', read: ({ id, problem }) => new SaveFailed(id, problem) })
  .add(PositionsRequested, { name: 'positions.requested', read: () => new PositionsRequested() })
  .add(PositionsFetched, { name: 'positions.fetched', read: ({ degrees }) => new PositionsFetched(degrees) });
