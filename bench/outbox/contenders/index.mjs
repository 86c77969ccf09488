import { ClassEvents } from './class-events.mjs';
import { GraphileWorker } from './graphile-worker.mjs';
import { PgBossQueue } from './pg-boss.mjs';

export const contenders = {
  'class-events': ClassEvents,
  'pg-boss': PgBossQueue,
  'graphile-worker': GraphileWorker,
};
