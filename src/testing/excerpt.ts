import { classNameOf, textOf } from '../core/index.js';
import { type AsymmetricMatcher, isAsymmetricMatcher } from './event-fields.js';

const maxTextLength = 40;
const maxFields = 5;

/** An event for people: its class and its first fields. */
export function excerptOf(event: object): string {
  return excerptWith(classNameOf(event), event);
}

/** A class with fields that were asked for. */
export function excerptWith(name: string, fields: object | undefined): string {
  const entries = Object.entries(fields ?? {});
  if (entries.length === 0) return name;
  const excerpts = entries.slice(0, maxFields).map(([field, value]) => `${field}: ${excerptOfValue(value)}`);
  return `${name} { ${[...excerpts, ...(entries.length > maxFields ? ['…'] : [])].join(', ')} }`;
}

/** The first line of what was thrown. */
export function excerptOfReason(reason: unknown): string {
  const [first = '', ...rest] = textOf(reason).split('\n');
  return rest.length > 0 ? `${first} …` : first;
}

function excerptOfValue(value: unknown): string {
  if (typeof value === 'string') return `'${truncate(value)}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name || 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (isAsymmetricMatcher(value)) return excerptOfMatcher(value);
  if (value instanceof RegExp) return textOf(value);
  if (value instanceof Date) return textOf(Number.isNaN(value.getTime()) ? value : value.toISOString());
  if (Array.isArray(value)) return `[${value.length}]`;
  const name = classNameOf(value);
  return name === 'Object' ? '{…}' : name;
}

function excerptOfMatcher(matcher: AsymmetricMatcher): string {
  if (matcher.toAsymmetricMatcher) return matcher.toAsymmetricMatcher();
  return matcher.sample === undefined ? textOf(matcher) : `${textOf(matcher)} ${excerptOfValue(matcher.sample)}`;
}

function truncate(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength - 1)}…` : text;
}
