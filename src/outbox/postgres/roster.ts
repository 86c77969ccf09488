import { inThisDatabase } from './lock-table.js';
import type { Tables } from './tables.js';

/** What a relay is told when it registers its handlers. */
export interface RosterEntry {
  /** Changes whenever a handler gets another duty. */
  readonly edition: number;
  /** The relay's handlers, by duty. Of one duty it serves all handlers or none. */
  readonly duties: ReadonlyMap<number, readonly string[]>;
  /** Those that it serves. */
  readonly served: readonly string[];
}

const register = 'select "S".register($1::jsonb, $2::jsonb, $3::boolean)::text as entry';

const servedElsewhere = `
select id from "S".handler h where $1::jsonb ? id and exists (
  select from pg_locks where ${inThisDatabase} and classid = h.duty::bigint::oid and objid = 64 and pid <> $2
)`;

/** Which durable ids relays serve, and which of them are one duty (docs/adr/0027). */
export class Roster {
  readonly #tables: Tables;

  private constructor(
    tables: Tables,
    /** The class of the locks by which relays say that they are there. */
    readonly lockClass: number,
  ) {
    this.#tables = tables;
  }

  static async open(tables: Tables): Promise<Roster> {
    const [row] = await tables.query('select class from "S".roster', []);
    return new Roster(tables, row?.['class'] as number);
  }

  /**
   * Registers the handlers that a relay serves. `kept` are others of which it has buckets still. `isAlone`: no other
   * relay is there.
   */
  async register(served: readonly string[], kept: readonly string[], isAlone: boolean): Promise<RosterEntry> {
    const [row] = await this.#tables.query(register, [JSON.stringify(served), JSON.stringify(kept), isAlone]);
    const entry = JSON.parse(row?.['entry'] as string) as { edition: number; handlers: [number, string][] };
    const duties = new Map<number, string[]>();
    for (const [duty, handler] of entry.handlers) duties.set(duty, [...(duties.get(duty) ?? []), handler]);
    return { edition: entry.edition, duties, served };
  }

  /** Resolves with those of the handlers that relays of other sessions serve now. */
  async servedElsewhere(handlers: readonly string[], ownPid: unknown): Promise<ReadonlySet<string>> {
    const rows = await this.#tables.query(servedElsewhere, [JSON.stringify(handlers), ownPid]);
    return new Set(rows.map(({ id }) => id as string));
  }
}
