import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EventBus, On } from 'class-events';
import { describeWiring, toHtml } from 'class-events/wiring';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

class DomainEvent {}
class OrderPlaced extends DomainEvent {}
class OrderShipped extends DomainEvent {}
class PriceList {}

class Receipts {
  @On(OrderPlaced, { timeout: 2_000 })
  async send(): Promise<void> {}
}

function shop(): EventBus {
  const bus = new EventBus({ name: 'shop' });
  bus.subscribe(DomainEvent, () => {}, { name: 'journal', priority: 100 });
  bus.subscribe(OrderPlaced, () => {}, { name: 'reserve', filter: () => true });
  bus.register(new Receipts());
  bus.subscribe(OrderShipped, async () => {}, { name: '<b>"tell" & co</b>' });
  bus.subscribe(PriceList, () => {}, { name: 'print' });
  return bus;
}

describe('the page of a wiring, in a browser', () => {
  let browser: Browser;
  let folder: string;
  let page: Page;
  /** What the page must not do. */
  let misdeeds: string[];
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    folder = mkdtempSync(join(tmpdir(), 'class-events-page-'));
    const locate = (source: Function): { file: string; line: number; column: number } | undefined =>
      source.name === 'send' ? { file: 'src/receipts.ts', line: 12, column: 3 } : undefined;
    writeFileSync(join(folder, 'wiring.html'), await toHtml(describeWiring(shop(), { locate })));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    misdeeds = [];
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const url = pathToFileURL(join(folder, 'wiring.html')).href;
    page.on('request', (request) => request.url() === url || misdeeds.push(`asks for ${request.url()}`));
    page.on('console', (message) => misdeeds.push(message.text()));
    page.on('pageerror', (error) => misdeeds.push(String(error)));
    await page.goto(url);
  });
  afterEach(async () => {
    await page.close();
    expect(misdeeds).toEqual([]);
  });

  const box = (name: string): Locator => page.locator('.node').filter({ has: page.getByText(name, { exact: true }) });
  const boxes = (kind: string): Promise<string[]> =>
    page
      .locator(`.node${kind} text:first-of-type`)
      .allTextContents()
      .then((names) => names.sort());
  const listed = (): Promise<string[]> => page.locator('nav section:visible h2 button').allTextContents();
  const steps = async (): Promise<string[]> => {
    const items = await page.locator('nav li:visible').allTextContents();
    return items.map((text) => text.replaceAll(/\s+/g, ' ').trim());
  };

  it('draws a box for each event class and each handler', async () => {
    expect(await boxes('.event')).toEqual(['DomainEvent', 'OrderPlaced', 'OrderShipped', 'PriceList']);
    expect(await boxes('.handler')).toEqual(['<b>"tell" & co</b>', 'Receipts.send', 'journal', 'print', 'reserve']);
    expect(await page.locator('.edge.call').count()).toBe(5);
    expect(await page.locator('.edge.subclass').count()).toBe(2);
  });

  it('fits its words into their boxes', async () => {
    const overflow = await page.evaluate(`[...document.querySelectorAll('.node text')]
      .filter((text) => text.getBBox().width > text.parentNode.querySelector('path, polygon').getBBox().width)
      .map(({ textContent }) => textContent)`);
    expect(overflow).toEqual([]);
  });

  it('lists the handlers of each class in the order in which they run', async () => {
    await page.getByRole('searchbox').fill('orderplaced');
    expect(await listed()).toEqual(['OrderPlaced']);
    expect(await steps()).toEqual([
      '1syncjournal by DomainEvent priority 100',
      '2syncreserve filter',
      '3asyncReceipts.send timeout 2000 ms',
    ]);
  });

  it('finds handlers by name, file or mode, keeps their places in the order, and dims all else in the drawing', async () => {
    for (const words of ['receipts.send', 'src/receipts.ts:12', 'ASYNC send']) {
      await page.getByRole('searchbox').fill(words);
      expect(await listed()).toEqual(['OrderPlaced']);
      expect(await steps()).toEqual(['3asyncReceipts.send timeout 2000 ms']);
      expect(await boxes('.lit')).toEqual(['OrderPlaced', 'Receipts.send']);
      expect(await page.getByRole('status').textContent()).toBe('1 event class, 1 handler');
    }
    await page.getByRole('searchbox').fill('');
    expect(await listed()).toHaveLength(4);
    expect(await page.locator('svg.dimmed, .lit').count()).toBe(0);
  });

  it('says so when nothing is found', async () => {
    await page.getByRole('searchbox').fill('no such thing');
    expect(await listed()).toEqual([]);
    expect(await page.getByRole('status').textContent()).toBe('0 event classes, 0 handlers');
  });

  it('shows the details of what one points at, and what it is wired to', async () => {
    await box('Receipts.send').hover();
    const card = page.getByRole('tooltip');
    expect(await card.locator('dt').allTextContents()).toEqual([
      'mode',
      'subscribed to',
      'options',
      'subscriber',
      'declared at',
    ]);
    expect(await card.locator('dd').allTextContents()).toEqual([
      'async',
      'OrderPlaced',
      'timeout 2000 ms',
      'Receipts',
      'src/receipts.ts:12',
    ]);
    expect(await boxes('.lit')).toEqual(['OrderPlaced', 'Receipts.send']);
    await box('OrderPlaced').hover();
    expect(await card.locator('dd').allTextContents()).toEqual([
      'DomainEvent',
      'journal (sync)',
      'reserve (sync)',
      'Receipts.send (async)',
    ]);
    expect(await boxes('.lit')).toEqual(['DomainEvent', 'OrderPlaced', 'Receipts.send', 'journal', 'reserve']);
    await page.mouse.move(640, 5);
    expect(await card.isVisible()).toBe(false);
    expect(await page.locator('.lit').count()).toBe(0);
  });

  it('shows names as they are', async () => {
    await box('<b>"tell" & co</b>').hover();
    expect(await page.getByRole('tooltip').locator('strong').textContent()).toBe('<b>"tell" & co</b>');
  });

  it('can be used by keyboard alone', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('print');
    expect(await listed()).toEqual(['PriceList']);
    await page.keyboard.press('Escape');
    expect(await listed()).toHaveLength(4);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('DomainEvent');
    await page.keyboard.press('Enter');
    expect(await boxes('.chosen')).toEqual(['DomainEvent']);
    expect(await boxes('.lit')).toEqual(['DomainEvent', 'journal']);
    await page.keyboard.press('Escape');
    expect(await page.locator('.chosen, .lit').count()).toBe(0);
  });

  it('has one stop for the tabulator in the drawing, from which the arrows lead to every box', async () => {
    expect(await page.locator('.node[tabindex="0"]').count()).toBe(1);
    await page.locator('.node[tabindex="0"]').focus();
    const seen = new Set<string | null>();
    for (let count = 0; count < 9; count++) {
      seen.add(await page.locator(':focus').getAttribute('aria-label'));
      expect(await page.getByRole('tooltip').isVisible()).toBe(true);
      await page.keyboard.press('ArrowDown');
    }
    expect(seen.size).toBe(9);
    expect(seen).toContain('Receipts.send, async, timeout 2000 ms');
    await page.keyboard.press('Enter');
    expect(await page.locator('.node.chosen').count()).toBe(1);
  });

  it('keeps what was chosen by a click until it is clicked again', async () => {
    await box('OrderShipped').click();
    await page.mouse.move(640, 5);
    expect(await boxes('.lit')).toEqual(['<b>"tell" & co</b>', 'DomainEvent', 'OrderShipped', 'journal']);
    await box('OrderShipped').click();
    await page.mouse.move(640, 5);
    expect(await page.locator('.lit').count()).toBe(0);
  });

  it('can be made larger and smaller', async () => {
    const width = async (): Promise<number> => Number(await page.locator('.canvas svg').getAttribute('width'));
    const before = await width();
    await page.getByRole('button', { name: 'Larger' }).click();
    expect(await width()).toBeGreaterThan(before);
    await page.getByRole('button', { name: 'Smaller' }).click();
    await page.getByRole('button', { name: 'Smaller' }).click();
    expect(await width()).toBeLessThan(before);
  });

  it.each(['light', 'dark'] as const)(
    'has words that stand out from their ground, when it is %s',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      const brightnessOf = async (property: string): Promise<number> => {
        const colour = await page.evaluate<string>(`getComputedStyle(document.body).${property}`);
        return Number(/\d+/.exec(colour)?.[0]);
      };
      const [ink, paper] = [await brightnessOf('color'), await brightnessOf('backgroundColor')];
      expect(paper - ink > 150).toBe(colorScheme === 'light');
      expect(ink - paper > 150).toBe(colorScheme === 'dark');
    },
  );

  it('needs no sideways scrolling on a telephone', async () => {
    await page.setViewportSize({ width: 380, height: 700 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380);
    expect(await listed()).toHaveLength(4);
  });
});
