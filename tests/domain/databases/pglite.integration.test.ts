/** @jest-environment ./tests/domain/databases/pglite-environment.cjs */
import type { PGlite, Transaction as PGliteTransaction } from '@electric-sql/pglite';
import { servesUnitsOfWork } from '../../contracts/transactions.js';
import { inSavepoint } from '../../support/pg-transactions.js';

declare global {
  // Given by the environment.
  var PGlite: { create(): Promise<PGlite> };
}

servesUnitsOfWork<PGliteTransaction>(
  'PGlite, which has one connection',
  async () => {
    const db = await globalThis.PGlite.create();
    await db.exec(`create table customers (id text primary key);
      create table orders (id text primary key, customer text references customers deferrable initially deferred);`);
    return {
      begin: (run) => db.transaction(run),
      savepoint: (transaction, run) =>
        inSavepoint(
          (statement) => transaction.exec(statement),
          () => run(transaction),
        ),
      insert: (transaction, id) => transaction.query('insert into orders (id) values ($1)', [id]),
      breakCommit: (transaction) => transaction.exec("insert into orders (id, customer) values ('broken', 'nobody')"),
      async committed() {
        const { rows } = await db.query<{ id: string }>('select id from orders order by id');
        return rows.map(({ id }) => id);
      },
      clear: () => db.exec('delete from orders'),
      close: () => db.close(),
    };
  },
  { isolated: false },
);
