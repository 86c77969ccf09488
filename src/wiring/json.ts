import type { Wiring } from './wiring.js';

/**
 * The wiring as JSON, indented. `JSON.parse` gives an equal value back.
 *
 * @example
 * ```ts
 * writeFileSync('wiring.json', toJson(describeWiring(bus)));
 * ```
 */
export function toJson(wiring: Wiring): string {
  return `${JSON.stringify(wiring, null, 2)}\n`;
}
