/** @jest-environment ./tests/domain/databases/pglite-environment.cjs */
import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { Outbox, OutboxError } from 'class-events/outbox';
import { pglite, type PGliteLike } from 'class-events/outbox/postgres';
import type { PGlite } from '@electric-sql/pglite';

declare global {
  // Given by the environment.
  var PGlite: { create(): Promise<PGlite> };
}

const outboxOn = (db: PGliteLike): Outbox =>
  new Outbox({ bus: new EventBus(), catalog: new EventCatalog(), store: pglite(db) });

it.each(['listen', 'lock'])(
  'a relay that could not start, for it could not %s, may be started again',
  async (what) => {
    const db = await globalThis.PGlite.create();
    let isBroken = true;
    const failsAt = (step: string): void => {
      if (isBroken && step === what) throw new Error('not now');
    };
    const like: PGliteLike = {
      async query(text, params) {
        if (text.includes('pg_advisory_lock')) failsAt('lock');
        return db.query(text, params);
      },
      transaction: (run) => db.transaction(run),
      async listen(channel, callback) {
        failsAt('listen');
        return db.listen(channel, callback);
      },
    };
    const outbox = outboxOn(like);
    await outbox.migrate();
    await expect(outbox.start()).rejects.toThrow('not now');
    isBroken = false;
    await outbox.start();
    await expect(outboxOn(like).start()).rejects.toThrow(OutboxError);
    await outbox.stop();
    await db.close();
  },
  30_000,
);
