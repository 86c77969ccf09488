import { PGlite, type Transaction } from '@electric-sql/pglite';
import type { EventBus } from 'class-events';
import { transactional } from 'class-events/domain';

/** PostgreSQL in this process. With another database, or an ORM, two lines differ. */
export const db = await PGlite.create();

await db.exec(`
  create table orders (id text primary key, customer text, total int, status text);
  create table sales (customer text primary key, orders int, total int check (total <= 1000));
`);

export const unitsOfWork = (bus: EventBus) => transactional<Transaction>(bus, (run) => db.transaction(run));

export async function rows(query: string): Promise<string> {
  const { rows: found } = await db.query<Record<string, unknown>>(query);
  return found.map((row) => Object.values(row).join(' ')).join(', ') || 'nothing';
}
