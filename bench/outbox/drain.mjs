import { Ledger } from './ledger.mjs';

/** Delivers a backlog until all is done or the time (ms) is up: how many a second, and whether in order. */
export async function drain({ contender, pool, count, atMost, handle = () => undefined }) {
  // What autovacuum would do in the middle of it.
  await pool.query('vacuum analyze');
  await pool.query('checkpoint');
  const ledger = new Ledger();
  const start = contender.startAtOnce ?? contender.start;
  await start.call(contender, async (order) => {
    handle(order);
    ledger.note(order);
  });
  await ledger.whenHandled(count, atMost);
  const { perSecond, handled, outOfOrder, repeated } = ledger;
  return { perSecond, handled, outOfOrder, repeated };
}
