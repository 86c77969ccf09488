import { escapeControl } from '../core/index.js';
import { graphOf } from './graph.js';
import { classesOf } from './phase-groups.js';
import { traitsOf } from './traits.js';
import type { WiredHandler, Wiring } from './wiring.js';

/**
 * The wiring in DOT, the language of Graphviz. Boxes are event classes, rounded boxes handlers, dashed lines lead from
 * a base class to its subclasses.
 *
 * @example
 * ```ts
 * writeFileSync('wiring.dot', toDot(describeWiring(bus))); // then: dot -Tsvg wiring.dot
 * ```
 */
export function toDot(wiring: Wiring): string {
  const { events, handlers, subclasses, calls } = graphOf(wiring);
  const lines = [
    'rankdir=LR; ranksep=0.9; nodesep=0.16; bgcolor=transparent;',
    'node [shape=box, fontname=Arial, fontsize=12, height=0.42, margin="0.16,0.07"];',
    'edge [arrowsize=0.6];',
    ...events.map(({ key, drawn }) => `${key} [id=${key}, class=event, style=bold, label=${quoted(drawn.id)}];`),
    ...handlers.map(
      ({ key, drawn }) =>
        `${key} [id=${key}, class="handler ${classesOf(drawn)}", style=rounded, label=${labelOf(drawn)}];`,
    ),
    ...subclasses.map(
      ([base, subclass]) =>
        `${base} -> ${subclass} [id="${base}-${subclass}", class=subclass, style=dashed, dir=back, arrowtail=empty];`,
    ),
    ...calls.map(([event, handler]) => `${event} -> ${handler} [id="${event}-${handler}", class=call];`),
  ];
  return ['digraph wiring {', ...lines.map((line) => `  ${line}`), '}', ''].join('\n');
}

function labelOf(handler: WiredHandler): string {
  return quoted(handler.id, [handler.mode, ...traitsOf(handler)].join(', '));
}

/** Lines of text, as they are: Graphviz reads `\N` and `&lt;` in a label as something else. */
function quoted(...lines: string[]): string {
  const escaped = lines.map((line) =>
    escapeControl(line).replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"'),
  );
  return `"${escaped.join('\\n')}"`;
}
