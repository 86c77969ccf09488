import type { DeadLetterQuery } from '../../outbox/index.js';
import type { GivenOptions } from '../command.js';
import { dateOf, eventIdOf, numberOf, textOf } from './option-values.js';

/** The states of deliveries, as the commands take them. */
export const deliveryStates = ['waiting', 'failing', 'blocked', 'dead'] as const;

/** The options that say which deliveries are meant. */
export const deliveryOptions = {
  id: { type: 'string', value: 'ID', description: 'the one whose handler gets this as context.id' },
  handler: { type: 'string', value: 'ID', description: 'those of this durable handler' },
  key: { type: 'string', value: 'KEY', description: 'those of events with this key' },
  event: { type: 'string', value: 'ID', description: 'those of the event with this id' },
  name: { type: 'string', value: 'NAME', description: 'those of events with this wire name' },
  seq: { type: 'string', value: 'N', description: 'those at this place of the log' },
  from: { type: 'string', value: 'DATE', description: 'those of events that were written then or later' },
  to: { type: 'string', value: 'DATE', description: 'those of events that were written before' },
  limit: { type: 'string', value: 'N', description: 'at most this many, the oldest first' },
} as const;

/** @throws CommandError for what is no number, no date or no id. */
export const deliveryQuery = (options: GivenOptions): DeadLetterQuery => ({
  id: textOf(options, 'id'),
  handler: textOf(options, 'handler'),
  key: textOf(options, 'key'),
  event: eventIdOf(options, 'event'),
  name: textOf(options, 'name'),
  seq: numberOf(options, 'seq'),
  from: dateOf(options, 'from'),
  to: dateOf(options, 'to'),
  limit: numberOf(options, 'limit'),
});
