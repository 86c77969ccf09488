import { drawingOf } from './page/drawing.js';
import { cardsOf, listOf } from './page/list.js';
import { text } from './page/markup.js';
import { script } from './page/script.js';
import { style } from './page/style.js';
import type { Wiring } from './wiring.js';

/**
 * The wiring as one HTML page that needs nothing else, no network either: a drawing by Graphviz, and a list of event
 * classes with their handlers in order. It has a search, shows details where one points, and can be used by keyboard.
 *
 * Takes the optional package `@viz-js/viz`, 3.11 or newer. Rejects with an Error that says so when it is not installed.
 *
 * @example
 * ```ts
 * await writeFile('docs/wiring.html', await toHtml(describeWiring(bus)));
 * ```
 */
export async function toHtml(wiring: Wiring): Promise<string> {
  const counts = `${countText(wiring.events.length, 'event class', 'es')}, ${countText(wiring.handlers.length, 'handler', 's')}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wiring of ${text(wiring.bus)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Wiring of ${text(wiring.bus)}<small>${counts}</small></h1>
<input type="search" placeholder="Search events, handlers, files ( / )" aria-label="Search events, handlers and files">
<output aria-live="polite"></output>
<span class="legend"><i class="event"></i>event class<i class="sync"></i>sync, in order<i class="async"></i>async, together<i class="durable"></i>durable, from the outbox</span>
</header>
<main>
<nav aria-label="Event classes and their handlers, in order">
${listOf(wiring)}
</nav>
<figure>
<div class="canvas">${await drawingOf(wiring)}</div>
<div class="zoom"><button type="button" data-zoom="out" aria-label="Smaller">−</button><button type="button" data-zoom="fit">Fit</button><button type="button" data-zoom="in" aria-label="Larger">+</button></div>
</figure>
</main>
<div id="card" role="tooltip" hidden></div>
${cardsOf(wiring)}
<script type="module">${script}</script>
</body>
</html>
`;
}

function countText(count: number, noun: string, ending: string): string {
  return `${count} ${noun}${count === 1 ? '' : ending}`;
}
