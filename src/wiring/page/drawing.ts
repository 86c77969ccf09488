import type * as viz from '@viz-js/viz';
import { toDot } from '../dot.js';
import type { Wiring } from '../wiring.js';

/**
 * The wiring drawn by Graphviz, as SVG to stand inside a page.
 *
 * @throws Error when the optional package @viz-js/viz is not installed.
 */
export async function drawingOf(wiring: Wiring): Promise<string> {
  const { instance } = await graphviz();
  const svg = (await instance()).renderString(toDot(wiring), { format: 'svg_inline' });
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
  try {
    return await import('@viz-js/viz');
  } catch (error) {
    throw new Error('The page is drawn by Graphviz. Install it: npm install --save-dev @viz-js/viz.', { cause: error });
  }
}
