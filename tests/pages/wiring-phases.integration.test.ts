import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EventBus } from 'class-events';
import { describeWiring, toHtml } from 'class-events/wiring';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

class OrderPlaced {}
class OrderShipped {}

function shop(): EventBus {
  const bus = new EventBus({ name: 'shop' });
  bus.subscribe(OrderPlaced, () => {}, { name: 'mail', durable: 'mail.receipt' });
  bus.subscribe(OrderPlaced, async () => {}, { name: 'index', durable: 'search.index' });
  bus.subscribe(OrderPlaced, async () => {}, { name: 'tell', phase: 'afterCommit' });
  bus.subscribe(OrderPlaced, () => {}, { name: 'undo', phase: 'afterRollback' });
  bus.subscribe(OrderPlaced, () => {}, { name: 'book', phase: 'beforeCommit' });
  bus.subscribe(OrderPlaced, () => {}, { name: 'reserve' });
  for (let count = 0; count < 30; count++) bus.subscribe(OrderShipped, () => {}, { name: `note ${count}` });
  return bus;
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const overlap = (one: Rectangle, other: Rectangle): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

describe('the page of a wiring with phases and durable handlers, in a browser', () => {
  let browser: Browser;
  let folder: string;
  let page: Page;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    folder = mkdtempSync(join(tmpdir(), 'class-events-page-'));
    writeFileSync(join(folder, 'wiring.html'), await toHtml(describeWiring(shop())));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(pathToFileURL(join(folder, 'wiring.html')).href);
  });
  afterEach(() => page.close());

  const section = (name: string): Locator =>
    page.locator('nav section').filter({ has: page.getByRole('button', { name, exact: true }) });
  const visibleLines = async (within: Locator): Promise<string[]> => {
    const lines = await within.locator('h3:visible, li:visible').allTextContents();
    return lines.map((line) => line.replaceAll(/\s+/g, ' ').trim());
  };

  it('lists the handlers by phase, in the order of the phases, each phase with an order of its own', async () => {
    expect(await visibleLines(section('OrderPlaced'))).toEqual([
      'immediate',
      '1syncreserve',
      'beforeCommit',
      '1syncbook beforeCommit',
      'afterCommit',
      '1asynctell afterCommit',
      'afterRollback',
      '1syncundo afterRollback',
      'from the outbox',
      '1syncmail durable mail.receipt',
      '2asyncindex durable search.index',
    ]);
  });

  it('has no headings for an event class whose handlers are all immediate', async () => {
    expect(await section('OrderShipped').locator('h3').count()).toBe(0);
  });

  it('finds handlers by their phase and by being durable, and hides the headings of the others', async () => {
    await page.getByRole('searchbox').fill('durable');
    expect(await visibleLines(page.locator('nav'))).toEqual([
      'from the outbox',
      '1syncmail durable mail.receipt',
      '2asyncindex durable search.index',
    ]);
    await page.getByRole('searchbox').fill('afterrollback');
    expect(await visibleLines(page.locator('nav'))).toEqual(['afterRollback', '1syncundo afterRollback']);
  });

  it('gives durable handlers a colour of their own, in the drawing, the list and the legend', async () => {
    const colourOf = (selector: string, property: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
    const strokes = await Promise.all(
      ['sync:not(.durable)', 'async:not(.durable)', 'sync.durable', 'async.durable'].map((kind) =>
        colourOf(`.node.${kind} path`, 'stroke'),
      ),
    );
    expect(new Set(strokes).size).toBe(3);
    expect(strokes[3]).toBe(strokes[2]);
    expect(await colourOf('.mode.durable', 'color')).toBe(strokes[2]);
    expect(await colourOf('.legend .durable', 'color')).toBe(strokes[2]);
    expect(await page.locator('.node.durable').count()).toBe(2);
  });

  it('tells the phase of a handler, and of each handler of an event class, where one points at it', async () => {
    const card = page.getByRole('tooltip');
    await page.getByRole('button', { name: 'tell' }).first().hover();
    expect(await card.locator('dd').allTextContents()).toEqual(['async', 'afterCommit', 'OrderPlaced', 'afterCommit']);
    await section('OrderPlaced').getByRole('button', { name: 'OrderPlaced', exact: true }).hover();
    expect(await card.locator('dd').allTextContents()).toEqual([
      'reserve (sync)',
      'book (sync, beforeCommit)',
      'tell (async, afterCommit)',
      'undo (sync, afterRollback)',
      'mail (sync, from the outbox)',
      'index (async, from the outbox)',
    ]);
  });

  it.each([
    [1280, 720],
    [700, 500],
    [380, 700],
  ])('covers no row with what it says about it, in a window of %d by %d', async (width, height) => {
    await page.setViewportSize({ width, height });
    const card = page.getByRole('tooltip');
    for (const target of await page.locator('nav [data-for], .node').all()) {
      await target.scrollIntoViewIfNeeded();
      // Sent and not made by the mouse: in a small window the buttons for the size lie above a box.
      await target.dispatchEvent('mouseover', { bubbles: true });
      const [about, shown] = [await target.boundingBox(), await card.boundingBox()];
      expect(overlap(about!, shown!)).toBe(false);
      expect([shown!.x, shown!.y].every((edge) => edge >= 0)).toBe(true);
      expect([shown!.x + shown!.width <= width, shown!.y + shown!.height <= height]).toEqual([true, true]);
    }
  });

  it('covers no row of the list at all, where there is room beside it', async () => {
    const card = page.getByRole('tooltip');
    await section('OrderShipped').getByRole('button', { name: 'OrderShipped', exact: true }).hover();
    const [list, shown] = [await page.locator('nav').boundingBox(), await card.boundingBox()];
    expect(overlap(list!, shown!)).toBe(false);
  });
});
