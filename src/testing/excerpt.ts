import { classNameOf, textOf } from '../core/index.js';
import { type AsymmetricMatcher, isAsymmetricMatcher } from './event-fields.js';

const longestText = 40;
const mostFields = 5;

/** An event for people: its class and its first fields. */
export function excerptOf(event: object): string {
  return withFields(classNameOf(event), event);
}

/** A class with fields that were asked for. */
export function withFields(name: string, fields: object | undefined): string {
  const all = Object.entries(fields ?? {});
  if (all.length === 0) return name;
  const shown = all.slice(0, mostFields).map(([field, value]) => `${field}: ${inShort(value)}`);
  return `${name} { ${[...shown, ...(all.length > mostFields ? ['…'] : [])].join(', ')} }`;
}

/** The first line of what was thrown. */
export function reasonInShort(reason: unknown): string {
  const [first = '', ...others] = textOf(reason).split('\n');
  return others.length > 0 ? `${first} …` : first;
}

function inShort(value: unknown): string {
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name || 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (isAsymmetricMatcher(value)) return matcherInShort(value);
  if (value instanceof RegExp) return textOf(value);
  if (value instanceof Date) return textOf(Number.isNaN(value.getTime()) ? value : value.toISOString());
  if (Array.isArray(value)) return `[${value.length}]`;
  const name = classNameOf(value);
  return name === 'Object' ? '{…}' : name;
}

function matcherInShort(matcher: AsymmetricMatcher): string {
  if (matcher.toAsymmetricMatcher) return matcher.toAsymmetricMatcher();
  return matcher.sample === undefined ? textOf(matcher) : `${textOf(matcher)} ${inShort(matcher.sample)}`;
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}
