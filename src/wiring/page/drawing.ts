import type * as viz from '@viz-js/viz';
import { toDot } from '../dot.js';
import type { Wiring } from '../wiring.js';

/** Stands inside of HTML as it is. Graphviz has it since version 10. */
const format = 'svg_inline';

/**
 * The wiring drawn by Graphviz, as SVG to stand inside a page.
 *
 * @throws Error when the optional package @viz-js/viz is not installed, or too old.
 */
export async function drawingOf(wiring: Wiring): Promise<string> {
  const { instance } = await graphviz();
  const svg = (await instance()).renderString(toDot(wiring), { format });
  return (
    svg
      // Graphviz titles each box by its key, which a browser would show as a hint.
      .replaceAll(/<title>[^<]*<\/title>\n?|<!--[^]*?-->\n?/g, '')
      // Points become pixels; the page scales it.
      .replace(
        /width="([\d.]+)pt" height="([\d.]+)pt"/,
        'width="$1" height="$2" role="group" aria-label="The wiring, drawn"',
      )
  );
}

async function graphviz(): Promise<typeof viz> {
  const library = await import('@viz-js/viz').catch((cause: unknown) => {
    throw new Error('The page is drawn by Graphviz. Install it: npm install --save-dev @viz-js/viz.', { cause });
  });
  const { formats, graphvizVersion } = library as Partial<typeof viz>;
  if (formats?.includes(format)) return library;
  const found = graphvizVersion === undefined ? 'an older one' : `one with Graphviz ${graphvizVersion}`;
  throw new Error(
    `The page needs @viz-js/viz 3.11 or newer, and found ${found}. Install it: npm install --save-dev @viz-js/viz@3.`,
  );
}
