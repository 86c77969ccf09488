/** @jest-environment ./tests/domain/databases/pglite-environment.cjs */
import { keepsEvents } from '../contracts/outbox.js';
import { inPGlite, inPostgres } from './postgres-database.js';

keepsEvents('PostgreSQL', inPostgres);
keepsEvents('PGlite, which has one connection', inPGlite);
