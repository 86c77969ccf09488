import type { Command } from '../command.js';
import { deadCommand } from './dead.js';
import { discardCommand, redriveCommand } from './decision.js';
import { migrateCommand } from './migrate.js';
import { replayCommand } from './replay.js';
import { sqlCommand } from './sql.js';
import { statusCommand } from './status.js';

/** The commands of those who look after an outbox. */
export const outboxCommands: readonly Command[] = [
  statusCommand,
  deadCommand,
  redriveCommand,
  discardCommand,
  replayCommand,
  migrateCommand,
  sqlCommand,
];
