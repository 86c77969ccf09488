import type { Wiring } from './wiring.js';
export async function toHtml(wiring: Wiring): Promise<string> {
  return wiring.bus;
}
