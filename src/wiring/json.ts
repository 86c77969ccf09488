import { escapeLines } from '../core/index.js';
import type { Wiring } from './wiring.js';

/**
 * The wiring as JSON, indented. `JSON.parse` gives an equal value back. Characters of names that control a terminal, or
 * turn the direction of writing, are escaped.
 *
 * @example
 * ```ts
 * writeFileSync('wiring.json', toJson(describeWiring(bus)));
 * ```
 */
export function toJson(wiring: Wiring): string {
  return escapeLines(`${JSON.stringify(wiring, null, 2)}\n`);
}
