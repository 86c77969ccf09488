import { toDot, toHtml } from 'class-events/wiring';
import { instance, type Viz } from '@viz-js/viz';
import * as fc from 'fast-check';
import { awkwardName, spelt, wiringOf } from './names.js';
import { wiring } from './shop.js';

describe('the DOT graph', () => {
  let viz: Viz;
  beforeAll(async () => {
    viz = await instance();
  });

  it('is drawn by Graphviz with boxes and lines that the page can name', () => {
    const svg = viz.renderString(toDot(wiring), { format: 'svg' }).replaceAll('&#45;', '-');
    expect(
      Array.from(
        svg.matchAll(/<g id="([\w-]+)" class="(?:node|edge) (.*)">/g),
        ([, id, kind]) => `${id}: ${kind}`,
      ).sort(),
    ).toEqual([
      'event0-event1: subclass',
      'event0-event2: subclass',
      'event0-handler2: call',
      'event0: event',
      'event1-handler0: call',
      'event1-handler1: call',
      'event1: event',
      'event2: event',
      'event3: event',
      'handler0: handler sync',
      'handler1: handler async',
      'handler2: handler sync durable',
    ]);
  });

  it('shows names as they are, whatever they hold', () => {
    fc.assert(
      fc.property(awkwardName, awkwardName, (base, handler) => {
        const svg = viz.renderString(toDot(wiringOf(base, 'Subclass', handler, 'file.ts')), { format: 'svg' });
        const texts = svg.split('class="node').map((box) => Array.from(box.matchAll(/<text.*?>(.*)<\/text>/g), textIn));
        expect(texts).toContainEqual([plain(spelt(base))]);
        expect(texts).toContainEqual([plain(spelt(handler)), 'sync']);
      }),
    );
  });
});

describe('the page', () => {
  it('holds no script, tag or address of somebody else, whatever the names are', async () => {
    const plain = tagsOf(await toHtml(wiringOf('Base', 'Subclass', 'handler', 'file.ts')));
    await fc.assert(
      fc.asyncProperty(awkwardName, awkwardName, awkwardName, async (base, handler, file) => {
        const html = await toHtml(wiringOf(base, `${base}!`, handler, file));
        expect(tagsOf(html)).toEqual(plain);
        expect(html).not.toMatch(/(?:src|href)\s*=|url\(|@import/);
      }),
      { numRuns: 15 },
    );
  });

  it('shows names in the list as they are', async () => {
    const html = await toHtml(wiringOf('a<b>&"c"', 'Sub', `it's`, 'file.ts'));
    expect(html).toContain('data-for="event1">a&#60;b&#62;&#38;&#34;c&#34;</button>');
    expect(html).toContain('<b>it&#39;s</b>');
  });
});

/** The text of an SVG element, its entities read. */
function textIn([, source = '']: readonly string[]): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return plain(
    source.replaceAll(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name = '') =>
      code === undefined ? named[name as string]! : String.fromCodePoint(Number(code)),
    ),
  );
}

/** Graphviz keeps spaces by making them such that do not break. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

/** The names of all tags but `wbr`, in order: a name that opens or ends one would change them. */
function tagsOf(html: string): string[] {
  const withoutCode = html.replaceAll(/<(style|script)([^>]*)>[^]*?<\/\1>/g, '<$1$2></$1>');
  return Array.from(withoutCode.matchAll(/<(\/?[!\w-]+)/g), ([, tag = '']) => tag)
    .filter((tag) => tag !== 'wbr')
    .sort();
}
