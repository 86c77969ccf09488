import { escapeControl } from '../core/index.js';
import { graphOf } from './graph.js';
import { traitsOf } from './traits.js';
import type { Wiring } from './wiring.js';

/**
 * The wiring as a Mermaid flowchart, which GitHub, GitLab and many editors draw from a block in a document. Thick lines
 * lead from an event class to its handlers, dotted ones from a base class to its subclasses.
 *
 * @example
 * ```ts
 * writeFileSync('wiring.mmd', toMermaid(describeWiring(bus)));
 * ```
 */
export function toMermaid(wiring: Wiring): string {
  const graph = graphOf(wiring);
  const lines = [
    ...graph.events.map(({ key, drawn }) => `${key}["${escaped(drawn.id)}"]`),
    ...graph.handlers.map(({ key, drawn }) => {
      const traits = [drawn.mode, ...traitsOf(drawn)].join(', ');
      return `${key}(["${escaped(drawn.id)}<br/>${escaped(traits)}"])`;
    }),
    ...graph.subclasses.map(([base, subclass]) => `${base} -.-> ${subclass}`),
    ...graph.calls.map(([event, handler]) => `${event} ==> ${handler}`),
  ];
  return ['flowchart LR', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/**
 * Letters, digits and a few harmless marks stay; all else is a numbered entity, for Mermaid reads Markdown and HTML.
 */
function escaped(text: string): string {
  return escapeControl(text).replaceAll(/[^\p{L}\p{N} .,]/gu, (character) => `#${character.codePointAt(0)};`);
}
