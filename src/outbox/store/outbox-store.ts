import type { DrainingStore } from './draining-store.js';
import type { LimitingStore } from './limiting-store.js';
import type { OperatingStore } from './operating-store.js';
import type { PausingStore } from './pausing-store.js';
import type { PublishingStore } from './publishing-store.js';
import type { RelayingStore } from './relaying-store.js';
import type { SchedulingStore } from './scheduling-store.js';

/**
 * A store that keeps the rows of an outbox: the port to a database. `postgres` and `pglite` make one.
 *
 * It has three parts, by who calls them: publishers, relays and operators. Others keep events until they are due and
 * which handlers are paused, keep limits over all
 * processes, and say whether all is delivered. docs/writing-a-store.md says what each must guarantee.
 */
export interface OutboxStore
  extends PublishingStore, RelayingStore, OperatingStore, SchedulingStore, PausingStore, DrainingStore, LimitingStore {}
