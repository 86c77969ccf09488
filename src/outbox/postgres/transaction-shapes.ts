/**
 * Asks PostgreSQL in one transaction: answers with rows, or with an object that has them as `rows`, at once or later.
 */
type Ask = (text: string, params: readonly unknown[]) => unknown;

/**
 * What one library hands out, known by its shape: nothing of a library is imported, its types neither, so that its
 * version and the number of its copies do not matter.
 */
interface TransactionShape<Given> {
  /** What a person calls the thing outside of a transaction. */
  readonly root: string;
  /** What to pass in its place. */
  readonly remedy: string;
  /** Whether something comes from this library, in a transaction or not. */
  readonly knows: (given: Partial<Given>) => boolean;
  /** How its transaction is asked; undefined when none is open. */
  readonly open: (given: Given) => Ask | undefined;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';

interface Prisma {
  readonly $queryRawUnsafe: (text: string, ...params: readonly unknown[]) => unknown;
  readonly $connect: unknown;
}

const prisma: TransactionShape<Prisma> = {
  root: 'a PrismaClient',
  remedy: 'the tx of prisma.$transaction(async (tx) => …)',
  knows: ({ $queryRawUnsafe }) => isFunction($queryRawUnsafe),
  // A transaction has no $connect. Since version 7 it does have a $transaction, for savepoints.
  open: (tx) => (tx.$connect === undefined ? (text, params) => tx.$queryRawUnsafe(text, ...params) : undefined),
};

interface Kysely {
  readonly isTransaction: boolean;
  readonly executeQuery: (query: object) => unknown;
  readonly withoutPlugins: () => Kysely;
}

const kysely: TransactionShape<Kysely> = {
  root: 'a Kysely database',
  remedy: 'the trx of db.transaction().execute(async (trx) => …)',
  knows: ({ isTransaction, executeQuery }) => typeof isTransaction === 'boolean' && isFunction(executeQuery),
  open(trx) {
    if (!trx.isTransaction) return undefined;
    // A plugin may rename columns.
    const plain = trx.withoutPlugins();
    return (text, params) =>
      plain.executeQuery({
        sql: text,
        parameters: params,
        query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
        queryId: { queryId: 'class-events' },
      });
  },
};

interface Knex {
  readonly isTransaction: boolean;
  readonly raw: (text: string) => { options(options: object): unknown };
  readonly transaction: unknown;
  readonly schema: unknown;
}

/**
 * Past Knex's own placeholders, which are question marks: its options are those of pg, and
 * replace what it made of the text.
 */
const askKnex =
  (trx: Knex): Ask =>
  (text, params) =>
    trx.raw(text).options({ text, values: params });

const knex: TransactionShape<Knex> = {
  root: 'a Knex instance',
  remedy: 'the trx of knex.transaction(async (trx) => …)',
  knows: ({ raw, transaction, schema }) => isFunction(raw) && isFunction(transaction) && schema !== undefined,
  open: (trx) => (trx.isTransaction ? askKnex(trx) : undefined),
};

interface MikroOrm {
  readonly isInTransaction: () => boolean;
  readonly getTransactionContext: () => unknown;
}

const mikroOrm: TransactionShape<MikroOrm> = {
  root: 'an EntityManager of MikroORM outside of a transaction',
  remedy: 'the em of em.transactional(async (em) => …)',
  knows: ({ isInTransaction, getTransactionContext }) =>
    isFunction(isInTransaction) && isFunction(getTransactionContext),
  open(em) {
    if (!em.isInTransaction()) return undefined;
    const transaction = em.getTransactionContext();
    // Version 6 stands on Knex, later ones on Kysely.
    return isFunction(transaction) ? askKnex(transaction as Knex) : kysely.open(transaction as Kysely);
  },
};

interface QueryRunner {
  readonly isTransactionActive: boolean;
  readonly query: (text: string, params: unknown[], structured: true) => Promise<{ readonly records: unknown }>;
}

interface TypeOrm extends QueryRunner {
  readonly queryRunner: QueryRunner;
  readonly getRepository: unknown;
}

const typeOrm: TransactionShape<TypeOrm> = {
  root: 'a DataSource, EntityManager or QueryRunner of TypeORM outside of a transaction',
  remedy: 'the manager of dataSource.transaction(async (manager) => …)',
  knows: ({ query, isTransactionActive, getRepository }) =>
    isFunction(query) && (typeof isTransactionActive === 'boolean' || isFunction(getRepository)),
  open(given) {
    const runner: QueryRunner | undefined = typeof given.isTransactionActive === 'boolean' ? given : given.queryRunner;
    if (!runner?.isTransactionActive) return undefined;
    // Unless structured, what update and delete return comes in a pair with a count.
    return async (text, params) => (await runner.query(text, [...params], true)).records;
  },
};

interface Drizzle {
  readonly dialect: { readonly sqlToQuery: unknown };
  readonly execute: (query: { getSQL(): object }) => unknown;
  readonly rollback: unknown;
}

const drizzle: TransactionShape<Drizzle> = {
  root: 'a Drizzle database',
  remedy: 'the tx of db.transaction(async (tx) => …)',
  knows: ({ dialect, execute }) => isFunction(dialect?.sqlToQuery) && isFunction(execute),
  // Only a transaction can be rolled back.
  open: (tx) =>
    isFunction(tx.rollback)
      ? (text, params) => tx.execute({ getSQL: () => ({ toQuery: () => ({ sql: text, params: [...params] }) }) })
      : undefined,
};

interface PostgresJs {
  readonly unsafe: (text: string, params: unknown[]) => unknown;
  readonly typed: (value: string, type: number) => unknown;
  readonly savepoint: unknown;
  readonly release: unknown;
}

/** PostgreSQL's number for the type text. */
const textType = 25;

const postgresJs: TransactionShape<PostgresJs> = {
  root: 'a sql function that takes a connection for each query',
  remedy: 'the sql of sql.begin(async (sql) => …)',
  knows: (given) => isFunction(given) && isFunction(given.unsafe),
  open(sql) {
    // The root has neither, nor has the sql of Neon, which asks by HTTP; what sql.reserve() gives can be released.
    if (!isFunction(sql.savepoint) && !isFunction(sql.release)) return undefined;
    // Else it would write a text anew for the type that it is cast to: as JSON inside of JSON, or as false for 'true'.
    const asIs = (param: unknown): unknown => (typeof param === 'string' ? sql.typed(param, textType) : param);
    return (text, params) => sql.unsafe(text, params.map(asIs));
  },
};

interface PGlite {
  readonly transaction: unknown;
  readonly execProtocol: unknown;
}

const pglite: TransactionShape<PGlite> = {
  root: 'a PGlite database',
  remedy: 'the tx of db.transaction(async (tx) => …)',
  knows: ({ transaction, execProtocol }) => isFunction(transaction) && isFunction(execProtocol),
  open: () => undefined,
};

interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
}

const pool: TransactionShape<Pool> = {
  root: 'a Pool of pg',
  remedy: 'the client of pool.connect() on which you began',
  knows: ({ totalCount, idleCount }) => typeof totalCount === 'number' && typeof idleCount === 'number',
  open: () => undefined,
};

interface Client {
  readonly query: (text: string, params: unknown[]) => unknown;
}

/** Of pg, of PGlite in a transaction, and anything else that can be asked in this way. */
const client: TransactionShape<Client> = {
  root: 'a client',
  remedy: 'the client on which you began',
  knows: ({ query }) => isFunction(query),
  open: (given) => (text, params) => given.query(text, [...params]),
};

const shapes = [prisma, kysely, knex, mikroOrm, typeOrm, drizzle, postgresJs, pglite, pool, client];

/** The shape of what one of the libraries has handed out. The last one has no other sign than `query`. */
export function shapeOf(given: object): TransactionShape<never> | undefined {
  return shapes.find(({ knows }) => knows(given));
}
