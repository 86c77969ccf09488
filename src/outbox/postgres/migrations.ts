import { decisions } from './step-1-decisions.js';
import { erasure } from './step-1-erasure.js';
import { functions } from './step-1-functions.js';
import { publishing } from './step-1-publishing.js';
import { roster } from './step-1-roster.js';
import { pausing } from './pausing-part.js';
import { limits } from './step-1-limits.js';
import { scheduling } from './step-1-scheduling.js';
import { tables } from './step-1-tables.js';

/** A step from one version of the schema to the next. */
export interface Migration {
  /** Its number and its subject. Kept in the table `migration` of each database that has taken the step. */
  readonly name: string;
  /** SQL statements, with `"S"` for the schema and `CLASS` for the first number of its locks. */
  readonly statements: readonly string[];
}

/**
 * The steps to the current schema, in order. A published step is never changed, because databases have taken it: a
 * change of the schema is a further step.
 */
export const migrations: readonly Migration[] = [
  {
    name: '1: schema',
    statements: [
      ...tables,
      ...roster,
      ...pausing,
      ...publishing,
      ...functions,
      ...decisions,
      ...scheduling,
      ...limits,
      ...erasure,
    ],
  },
];
