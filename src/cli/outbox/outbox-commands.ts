import type { Command } from '../command.js';
import { discardCommand, redriveCommand } from './decision-commands.js';
import { deadCommand, deliveriesCommand } from './list-commands.js';
import { eraseCommand } from './erase-command.js';
import { migrateCommand } from './migrate-command.js';
import { pauseCommand, resumeCommand } from './pause-commands.js';
import { replayCommand } from './replay-command.js';
import { sqlCommand } from './sql-command.js';
import { statusCommand } from './status-command.js';

/** The commands of those who look after an outbox. */
export const outboxCommands: readonly Command[] = [
  statusCommand,
  deadCommand,
  deliveriesCommand,
  redriveCommand,
  discardCommand,
  pauseCommand,
  resumeCommand,
  replayCommand,
  eraseCommand,
  migrateCommand,
  sqlCommand,
];
