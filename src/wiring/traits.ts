import { defaultOf, type ShownOption, shownOptions } from './shown-options.js';
import type { SourceLocation, WiredHandler } from './wiring.js';

/**
 * Returns the options that a handler asks for, in words. Its mode is left out, and so is each
 * option that has its default.
 */
export function traitsOf(handler: WiredHandler): string[] {
  return shownOptions
    .filter((option) => option !== 'mode' && handler[option] !== undefined && handler[option] !== defaultOf(option))
    .map((option) => traitOf(option, handler[option]));
}

function traitOf(option: ShownOption, value: unknown): string {
  if (value === true) return option;
  if (option === 'phase') return String(value);
  return `${option} ${String(value)}${option === 'timeout' ? ' ms' : ''}`;
}

/** As terminals and editors follow it. */
export function placeOf(location: SourceLocation): string {
  return `${location.file}:${location.line}`;
}
