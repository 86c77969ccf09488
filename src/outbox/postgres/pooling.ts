import { OutboxError } from '../index.js';
import { textOf } from '../../core/index.js';
import type { AskClient } from './pg-clients.js';

/** What is between the pool of `pg` and the server: nothing, or a pooler that hands out connections for so long. */
export type Pooler = 'none' | 'session' | 'transaction';

// How often it is looked whether two clients have been given one connection.
const looks = 3;

/**
 * Makes sure that a relay's client keeps its connection of the server to itself, before anything is set on it: settings
 * and locks would stay on a connection that a pooler gives to other programs.
 *
 * @throws OutboxError if it does not, with the ways out.
 */
export async function keepConnection(
  pooler: Pooler,
  { ask, processId }: { readonly ask: AskClient; readonly processId: number | undefined },
  askAnother: AskClient,
): Promise<void> {
  if (pooler === 'transaction') return keepByTransaction(ask, askAnother);
  const own = await backendOf(ask);
  if (pooler === 'none' && processId !== undefined) {
    if (String(processId) === own) return;
    throw new OutboxError(
      `Between the pool and the server is a pooler, like PgBouncer: the connection is not the one that was opened. Nothing was set on it. ${remedies}`,
    );
  }
  for (let look = 0; look < looks; look++) {
    const others = await second(() => backendOf(askAnother));
    if (others !== own && (await backendOf(ask)) === own) continue;
    throw new OutboxError(
      `The pooler hands out connections by the transaction or the statement, not by the session. Nothing was set on any. ${remedies}`,
    );
  }
}

const remedies =
  "Let relays connect to the server directly, or say how the pooler hands out its connections: postgres(pool, { pooler: 'session' }) for pool_mode = session, or { pooler: 'transaction' } for pool_mode = transaction. Programs that only publish need neither.";

/** A pooler leaves a connection to the client that has a transaction open on it. */
async function keepByTransaction(ask: AskClient, askAnother: AskClient): Promise<void> {
  try {
    await ask('begin', []);
  } catch (error) {
    if (!/statement pooling/.test(textOf(error))) throw error;
    throw new OutboxError(
      'The pooler hands out connections by the statement, so that there are no transactions. Let relays connect to the server directly, or by pool_mode = session or transaction.',
      { cause: error },
    );
  }
  await second(() => askAnother('select 1 as one', []));
}

/** Asks on a second connection. A pooler may have no more than the one that the relay keeps. */
async function second<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new OutboxError(
      `A relay keeps one connection to itself, and there was no second one beside it: ${textOf(error)}. Raise the pooler's number of server connections (PgBouncer: default_pool_size), or the pool's ('max').`,
      { cause: error },
    );
  }
}

/** Resolves with the number of the server's process that a client is given. */
async function backendOf(ask: AskClient): Promise<unknown> {
  const [row] = await ask('select pg_backend_pid()::text as pid', []);
  return row?.['pid'];
}
