import { CommandError, type GivenOptions } from '../command.js';

/** Returns the text of an option; undefined if it was not given. */
export const textOf = (options: GivenOptions, name: string): string | undefined => options[name] as string | undefined;

/** @throws CommandError for what is no number of something. */
export function numberOf(options: GivenOptions, name: string): number | undefined {
  const text = textOf(options, name);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new CommandError(`--${name} takes a whole number above 0, not ${text}.`);
}

/** @throws CommandError for what is no date. */
export function dateOf(options: GivenOptions, name: string): Date | undefined {
  const text = textOf(options, name);
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new CommandError(`--${name} takes a date like 2026-11-21 or 2026-11-21T03:00:00Z, not ${text}.`);
}

/** @throws CommandError for what is no id of an event. */
export function eventIdOf(options: GivenOptions, name: string): string | undefined {
  const text = textOf(options, name);
  if (text === undefined || /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return text;
  throw new CommandError(`--${name} takes the id of an event, a UUID as dead --json shows it, not ${text}.`);
}

/** @throws CommandError for what is none of the words. */
export function wordOf<Word extends string>(
  options: GivenOptions,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = textOf(options, name);
  if (text === undefined || words.includes(text as Word)) return text as Word | undefined;
  throw new CommandError(`--${name} takes one of ${words.join(', ')}, not ${text}.`);
}
