import { deliversAtLeastOnce } from '../outbox/contract/deliveries.js';
import { drains } from '../outbox/contract/draining.js';
import { keepsDeadLetters } from '../outbox/contract/dead-letters.js';
import { keepsDataAsItWasWritten } from '../outbox/contract/data.js';
import { knowsWhatIsLeft } from '../outbox/contract/what-is-left.js';
import { letsKeysPass } from '../outbox/contract/after-dead.js';
import { pausesHandlers } from '../outbox/contract/pausing.js';
import { keepsWhatBelongsToEvents } from '../outbox/contract/kept-events.js';
import { erasesEvents } from '../outbox/contract/erasing.js';
import { keepsItsTables } from '../outbox/contract/tables.js';
import { keepsLimits } from '../outbox/contract/limits.js';
import { keepsOrder } from '../outbox/contract/order.js';
import { knowsHandlersByTheirIds } from '../outbox/contract/ids.js';
import { readsWhatWasWritten } from '../outbox/contract/versions.js';
import { limitsAttempts } from '../outbox/contract/time-limits.js';
import { tellsOfFailedAttempts } from '../outbox/contract/failed-attempts.js';
import { waitsForWhoIsAway } from '../outbox/contract/not-now.js';
import { publishesNews } from '../outbox/contract/channels.js';
import { survivesTroubles } from '../outbox/contract/troubles.js';
import { replays } from '../outbox/contract/replay.js';
import { schedules } from '../outbox/contract/scheduling.js';
import { settlesInTransactions } from '../outbox/contract/transactional.js';
import { writesWithTheTransaction } from '../outbox/contract/writing.js';
import type { OutboxDatabase } from '../outbox/database.js';
import { closeShops } from '../outbox/shop.js';

/** One part of what holds for an outbox. It asks for the database when a test runs. */
type Part = (database: () => OutboxDatabase) => void;

const parts: readonly Part[] = [
  writesWithTheTransaction,
  keepsDataAsItWasWritten,
  keepsWhatBelongsToEvents,
  erasesEvents,
  knowsHandlersByTheirIds,
  deliversAtLeastOnce,
  survivesTroubles,
  tellsOfFailedAttempts,
  limitsAttempts,
  publishesNews,
  waitsForWhoIsAway,
  keepsOrder,
  settlesInTransactions,
  keepsDeadLetters,
  knowsWhatIsLeft,
  letsKeysPass,
  pausesHandlers,
  readsWhatWasWritten,
  replays,
  schedules,
  drains,
  keepsLimits,
  keepsItsTables,
];

/** What holds for an outbox on any database. */
export function keepsEvents(name: string, open: () => Promise<OutboxDatabase>): void {
  describe(`an outbox in ${name}`, () => {
    let database: OutboxDatabase;
    beforeAll(async () => {
      database = await open();
    });
    beforeEach(() => database.empty());
    afterEach(closeShops);
    afterAll(() => database.close());
    for (const part of parts) part(() => database);
  });
}
