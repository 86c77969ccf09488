/**
 * Names and versions of events outside of the program; how events are written and read. Runs wherever the core runs.
 *
 * @module
 */
export type { CatalogEntry, WrittenEvent } from './catalog-entry.js';
export {
  EventDataError,
  UncataloguedEventError,
  UnknownEventError,
  UnsafeDataError,
  VersionAheadError,
} from './catalog-errors.js';
export { EventCatalog, type EventCatalogOptions } from './event-catalog.js';
export type { EventDefinition, Upcasters, WireData } from './event-definition.js';
export type { ManifestEntry } from './manifest.js';
export type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.js';
