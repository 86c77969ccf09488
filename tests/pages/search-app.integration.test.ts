import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize, resolve } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

const application = resolve(__dirname, '../../examples/search-app');
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** Builds the application as its README says, and installs before what it needs. */
function build(folder: string): void {
  const npm = (...args: string[]): void => {
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: application, encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm ${args.join(' ')}\n${stdout}${stderr}`);
  };
  if (!existsSync(join(application, 'node_modules/vite'))) npm('ci', '--no-audit', '--no-fund');
  npm('run', 'build', '--', '--outDir', folder, '--emptyOutDir');
}

async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (!existsSync(file)) response.writeHead(404).end();
    else response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream').end(readFileSync(file));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

/** Keeps the longest gap between two frames: for so long the main thread stood still. */
const watchFrames = `
  globalThis.longestGap = 0;
  let before = performance.now();
  requestAnimationFrame(function frame(now) {
    globalThis.longestGap = Math.max(globalThis.longestGap, now - before);
    before = now;
    requestAnimationFrame(frame);
  });`;
const aFrame = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';

/** Starts the application by the command of its README. What Vite has prepared before is forgotten, as on a fresh clone. */
async function start(): Promise<{ readonly url: string; readonly end: () => Promise<void> }> {
  rmSync(join(application, 'node_modules/.vite'), { recursive: true, force: true });
  const env = { ...process.env, BROWSER: 'none', NO_COLOR: '1' };
  // A group of its own, for npm starts npm, which starts Vite.
  const npm = spawn('npm', ['run', 'example:search'], { cwd: resolve(application, '../..'), env, detached: true });
  const ended = new Promise<void>((closed) => npm.on('close', () => closed()));
  const end = async (): Promise<void> => {
    process.kill(-npm.pid!);
    await ended;
  };
  let output = '';
  const url = await new Promise<string>((found, failed) => {
    const read = (text: string): void => {
      output += text;
      const [, local] = /Local: +(\S+)/.exec(output) ?? [];
      if (local) found(local);
    };
    npm.stdout.setEncoding('utf8').on('data', read);
    npm.stderr.setEncoding('utf8').on('data', read);
    npm.on('error', failed).on('close', () => failed(new Error(output)));
  });
  return { url, end };
}

const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });

describe('the command of the search application', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    browser = await launch();
    server = await start();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.end();
  });

  it('serves a page that searches', async () => {
    const page = await browser.newPage();
    const misdeeds: string[] = [];
    page.on('console', (message) => message.type() === 'debug' || misdeeds.push(message.text()));
    page.on('pageerror', (error) => misdeeds.push(String(error)));
    page.setDefaultTimeout(60_000);
    await page.goto(server.url);
    await page.locator('#search output').getByText('“Kopenhagen”').waitFor();
    await page.getByRole('searchbox', { name: 'Search for airports' }).fill('hethrow');
    await page.locator('#search output').getByText('“hethrow”').waitFor();
    expect(await page.locator('#search li .name').first().textContent()).toBe('London Heathrow Airport');
    expect(misdeeds).toEqual([]);
  });
});

describe('the search application, in a browser', () => {
  let folder: string;
  let server: Server;
  let browser: Browser;
  let page: Page;
  /** What the page must not do. */
  const misdeeds: string[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'class-events-search-app-'));
    build(folder);
    server = await serve(folder);
    browser = await launch();
    page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    page.on('console', (message) => misdeeds.push(message.text()));
    page.on('pageerror', (error) => misdeeds.push(String(error)));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.evaluate(watchFrames);
    await counted('search.requested', 'completed', 1);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => expect(misdeeds).toEqual([]));

  const input = (): Locator => page.getByRole('searchbox', { name: 'Search for airports' });
  const results = (): Locator => page.locator('#search li');
  const row = (event: string): Locator => page.locator(`#status tr[data-event="${event}"]`);
  const cell = (event: string, column: string): Locator =>
    row(event).locator('td').nth(['waiting', 'executing', 'completed', 'failed'].indexOf(column));
  const counted = (event: string, column: string, count: number): Promise<void> =>
    cell(event, column).getByText(String(count), { exact: true }).waitFor();
  const search = async (text: string): Promise<void> => {
    await input().fill(text);
    await page.locator('#search output').getByText(`“${text}”`).waitFor();
  };
  /**
   * Runs ten searches. Answers the page's longest stall (ms), and how often its main thread called each function of
   * the data service.
   */
  const tenSearches = async (): Promise<{ readonly stall: number; readonly calls: readonly number[] }> => {
    const before = Number(await cell('search.requested', 'completed').textContent());
    // It sees the page's own thread, and no worker.
    await page.coverage.startJSCoverage({ resetOnNavigation: false });
    await page.evaluate(`globalThis.longestGap = 0; ${aFrame}`);
    await page.getByRole('button', { name: 'Ten at once' }).click();
    await counted('search.requested', 'completed', before + 10);
    await page.evaluate(aFrame);
    const stall = await page.evaluate<number>('globalThis.longestGap');
    const calls = (await page.coverage.stopJSCoverage())
      .filter(({ url }) => url.includes('data-service'))
      .flatMap(({ functions }) => functions)
      .filter(({ functionName }) => functionName !== '')
      .map(({ ranges: [whole] }) => whole!.count)
      .filter((count) => count > 0);
    return { stall, calls };
  };

  it('finds what is misspelt', async () => {
    await search('hethrow');
    expect(await results().first().textContent()).toBe('LHRLondon Heathrow AirportLondon, United Kingdom');
  });

  it('saves what is edited, and the next search finds it', async () => {
    await search('reykjavik');
    await results().first().getByRole('button').click();
    const name = page.getByLabel('Name');
    await page.locator('#airport h3').getByText('Iceland').waitFor();
    await name.fill('Zebra Crossing');
    await name.press('Enter');
    await page.locator('#airport output').getByText('Saved.').waitFor();
    expect(await results().first().locator('.name').textContent()).toBe('Zebra Crossing');
    await search('zebra crosing');
    expect(await results().first().locator('.name').textContent()).toBe('Zebra Crossing');
    await counted('airport.saved', 'completed', 2); // by both windows
  });

  it('says what the database refused to save', async () => {
    await page.getByLabel('Elevation').fill('99999');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#airport output').getByText('Not saved: ').waitFor();
    await counted('save.failed', 'completed', 1);
    await counted('airport.edited', 'failed', 1);
  });

  it('shows the failure of a query: its event, its count, and what the database said', async () => {
    await input().fill('/[/');
    await page
      .locator('#search output')
      .getByText('No result for “/[/”: invalid regular expression: brackets [] not balanced')
      .waitFor();
    await counted('search.requested', 'failed', 1);
    await counted('search.failed', 'completed', 1);
    await page.locator('#status output').getByText('HandlerFailed: search.requested → search: invalid').waitFor();
  });

  it('counts what waits for the worker', async () => {
    await page.getByRole('button', { name: 'Ten at once' }).click();
    await counted('search.requested', 'executing', 1);
    expect(Number(await cell('search.requested', 'waiting').textContent())).toBeGreaterThan(0);
    await counted('search.requested', 'waiting', 0);
    await counted('search.requested', 'executing', 0);
  });

  it('answers all ten searches when it is moved to the main thread meanwhile, and back', async () => {
    const answers = Number(await cell('search.completed', 'completed').textContent());
    await page.getByRole('button', { name: 'Ten at once' }).click();
    await counted('search.requested', 'executing', 1);
    await page.getByRole('switch').click();
    await counted('search.completed', 'completed', answers + 10);
    await page.getByRole('button', { name: 'Ten at once' }).click();
    await page.getByRole('switch').click();
    await input().fill('hethrow');
    await counted('search.completed', 'completed', answers + 21);
    await counted('search.requested', 'waiting', 0);
    await counted('search.requested', 'executing', 0);
    expect(await page.locator('#search output').getAttribute('class')).toBe('');
  });

  it('runs ten searches in the worker, or all of them on the main thread, where they stop the page', async () => {
    const inWorker = await tenSearches();
    await page.getByRole('switch').click();
    await search('casablanca'); // so that the database on the main thread is open
    const onMainThread = await tenSearches();
    // What an earlier search on the main thread has left may end there still.
    expect(inWorker.calls.filter((count) => count >= 10)).toEqual([]);
    expect(onMainThread.calls).toContain(10);
    const ms = ({ stall }: { readonly stall: number }): string => `${Math.round(stall)} ms`;
    process.stdout.write(
      `The page's longest stall: ${ms(inWorker)} with the worker, ${ms(onMainThread)} without it.\n`,
    );
  });
});
