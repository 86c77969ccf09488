import { escapeControl } from '../../core/index.js';

/** A name as text of an HTML page, in an attribute or between tags. */
export function text(name: string): string {
  return escapeControl(name).replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
