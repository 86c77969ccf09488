/** @jest-environment ./tests/domain/databases/pglite-environment.cjs */
import type { PGlite, Transaction } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle, type PgliteDatabase } from 'drizzle-orm/pglite';
import { inSavepoint } from '../../support/pg-transactions.js';
import { insert, type Library, schema, writesInTransactionsOf } from './caller-transactions.js';

declare global {
  // Given by the environment.
  var PGlite: { create(): Promise<PGlite> };
}

async function open(): Promise<Pick<Library<never>, 'committed' | 'clear' | 'close'> & { readonly db: PGlite }> {
  const db = await globalThis.PGlite.create();
  await db.exec(schema);
  return {
    db,
    async committed() {
      const { rows } = await db.query<{ id: string }>('select id from notes order by id');
      return rows.map(({ id }) => id);
    },
    clear: () => db.exec('delete from notes'),
    close: () => db.close(),
  };
}

writesInTransactionsOf<Transaction>(
  'PGlite',
  async () => {
    const { db, ...outside } = await open();
    return {
      ...outside,
      begin: (run) => db.transaction(run),
      savepoint: (transaction, run) =>
        inSavepoint(
          (statement) => transaction.exec(statement),
          () => run(transaction),
        ),
      insert: (transaction, id) => transaction.query(insert, [id]),
      roots: [
        [
          db,
          'This is a PGlite database: what the outbox writes through it would not be in your transaction. ' +
            'Pass the tx of db.transaction(async (tx) => …).',
        ],
      ],
    };
  },
  { isolated: false },
);

writesInTransactionsOf<Parameters<Parameters<PgliteDatabase['transaction']>[0]>[0]>(
  'Drizzle on PGlite',
  async () => {
    const { db: client, ...outside } = await open();
    const db = drizzle({ client });
    return {
      ...outside,
      begin: (run) => db.transaction(run),
      savepoint: (tx, run) => tx.transaction(run),
      insert: (tx, id) => tx.execute(sql`insert into notes (id) values (${id})`),
      roots: [
        [
          db,
          'This is a Drizzle database: what the outbox writes through it would not be in your transaction. ' +
            'Pass the tx of db.transaction(async (tx) => …).',
        ],
      ],
    };
  },
  { isolated: false },
);
