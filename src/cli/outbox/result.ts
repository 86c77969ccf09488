import type { CommandResult } from '../command.js';

/** The option of every command that asks an outbox. */
export const jsonOption = { json: { type: 'boolean', description: 'print a JSON value' } } as const;

/** Returns the result of a command: the value as JSON if that was asked for, otherwise the text. */
export function result(value: unknown, text: string, json: string | boolean | undefined): CommandResult {
  return { output: json === true ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`, exitCode: 0 };
}
