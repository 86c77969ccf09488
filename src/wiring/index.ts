/**
 * Who reacts to what: the wiring of a bus as a value, and ways to show it. Runs wherever the core runs.
 *
 * @module
 */
export { describeWiring, type WiringOptions } from './describe-wiring.js';
export { toDot } from './dot.js';
export { toHtml } from './html.js';
export { toJson } from './json.js';
export { toMermaid } from './mermaid.js';
export { toTable } from './table.js';
export type { WirableBus } from './wirable-bus.js';
export type { SourceLocation, WiredEvent, WiredHandler, WiredStep, Wiring } from './wiring.js';
