import type { Begin } from '../../domain/index.js';
import type { OutboxStore } from '../index.js';
import { drainingPart } from './draining-part.js';
import { limitingPart } from './limiting-part.js';
import { operatorPart } from './operator-part.js';
import { pausingPart } from './pausing-part.js';
import { publisherPart } from './publisher-part.js';
import { relayPart } from './relay-part.js';
import { schedulingPart } from './scheduling-part.js';
import type { Tables } from './tables.js';

/** Returns an outbox in the tables of a PostgreSQL, in the parts of its port. For `postgres` and `pglite`. */
export function postgresStore(tables: Tables, applicationBegin: Begin<unknown> | undefined): OutboxStore {
  return {
    ...publisherPart(tables),
    ...relayPart(tables),
    ...operatorPart(tables),
    ...schedulingPart(tables),
    ...drainingPart(tables),
    ...pausingPart(tables),
    ...limitingPart(tables),
    applicationBegin,
    transaction: (run) => tables.transaction(run),
  };
}
