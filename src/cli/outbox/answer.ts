import type { CommandResult } from '../command.js';

/** The option of every command that asks an outbox. */
export const jsonOption = { json: { type: 'boolean', description: 'print a JSON value' } } as const;

/** What an outbox answered: as JSON where that was asked for, else in words. */
export function answer(value: unknown, words: string, json: string | boolean | undefined): CommandResult {
  return { output: json === true ? `${JSON.stringify(value, null, 2)}\n` : `${words}\n`, exitCode: 0 };
}

/** So many of something, in words. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en').replaceAll(',', ' ')} ${count === 1 ? singular : plural}`;
}
