import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The page and the worker, bundled as an application bundles them. */
function scripts(): Record<string, string> {
  const fixture = (name: string): string => join(__dirname, `../workers/fixtures/${name}.ts`);
  const { outputFiles } = buildSync({
    entryPoints: { page: fixture('page'), 'web-worker': fixture('deeds.web-worker') },
    outdir: '/',
    bundle: true,
    format: 'esm',
    platform: 'browser',
    tsconfig: join(__dirname, '../../tsconfig.json'),
    write: false,
  });
  return Object.fromEntries(outputFiles.map(({ path, text }) => [path, text]));
}

describe('a pool of Web Workers, in a browser', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    const files = scripts();
    server = createServer((request, response) => {
      // Shared memory is for pages that say so.
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
      const script = files[request.url ?? ''];
      if (script !== undefined) response.setHeader('content-type', 'text/javascript').end(script);
      else if (request.url === '/')
        response
          .setHeader('content-type', 'text/html')
          .end('<!doctype html><script type="module" src="page.js"></script>');
      else response.writeHead(404).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const trial = (name: string): Promise<unknown> => page.evaluate(`globalThis.try(${JSON.stringify(name)})`);

  it.each<[string, unknown]>([
    ['an event arrives as an instance of its class', [[], [['Asked', 'Map']]]],
    ['a buffer is moved', [[], [1024], 0]],
    [
      'an error keeps its name, message, stack and fields',
      [true, 'DeedError', 'no such deed', 'E_DEED', true, 'RangeError: too far'],
    ],
    ['what is published arrives in order, and settles', [[], [], [1, 2, 3, 'to be heard', 'all is well']]],
    [
      'what fails in the page is told to the worker',
      [
        'RemotePublishError',
        'Said was published on the main thread, and failed there:\n  RangeError: deaf',
        ['RangeError: deaf'],
      ],
    ],
    [
      'a signal aborts the handler',
      [
        [
          'HandlerTimeoutError: deed did not finish with Asked within 300 ms. Raise its timeout, or heed context.signal.',
        ],
        ['waits', 'heard of HandlerTimeoutError'],
      ],
    ],
    ['a handler that loops is terminated, and no other delivery is lost', [true, [[], []], ['say it', 'say it'], 2]],
    [
      'a worker that throws outside of its handler fails that delivery alone',
      [
        [['WorkerEndedError: Asked → deed: the worker did not finish: Error: Uncaught Error: thrown outside'], [], []],
        ['say it', 'say it'],
        2,
      ],
    ],
    [
      'a worker that forgets a rejection fails that delivery alone',
      [
        [
          ['WorkerEndedError: Asked → deed: the worker did not finish: Error: Uncaught Error: rejected outside'],
          [],
          [],
        ],
        ['say it', 'say it'],
        2,
      ],
    ],
    [
      'a worker that throws between deliveries is replaced, and the page hears of it',
      [
        [],
        'Uncaught WorkerEndedError: A worker ended by an error that was thrown between deliveries: Uncaught Error: in between',
        [],
        2,
      ],
    ],
    [
      'a full queue makes deliveries wait',
      [
        ['block the thread waiting', 'nothing waiting', 'nothing waiting', 'block the thread executing'],
        [[], [], []],
      ],
    ],
    ['a full queue fails deliveries, where that was chosen', [true, [], []]],
    [
      'a handler that is not served is named',
      [
        'TypeError: Asked → misspelt: the worker has no such handler. Its script has to serve({ … }) it, made by workerHandler(catalog, handler).',
      ],
    ],
    [
      'a script that cannot be loaded is named',
      [[true, 'WorkerEndedError: Asked → deed: the worker did not finish: Error: its script cannot be loaded']],
    ],
    [
      'what cannot be cloned is named, and its worker stays',
      [[expect.stringMatching(/TypeError: Asked → deed: the event cannot be sent .* 'write' in the catalog/s)], [], 1],
    ],
    [
      'a class that is not in the catalog is refused',
      expect.stringContaining('TypeError: Unlisted is not in the catalog of the pool, so deed could not get it.'),
    ],
    [
      'closing waits, and names what was left',
      [
        'CloseTimeoutError: The pool was closed after 200 ms with unfinished deliveries: Asked → deed, Asked → deed.',
        'WorkerEndedError: Asked → deed: the worker was terminated when its pool closed.',
        true,
        1,
      ],
    ],
    [
      'a pool is not made of what cannot work',
      [
        "TypeError: A pool needs the options 'catalog' and 'bus'.",
        "TypeError: A pool needs the options 'catalog' and 'bus'.",
        "TypeError: A WebWorkerPool needs the option 'create', which makes a Worker.",
      ],
    ],
    [
      'a handler is not made of what cannot work',
      [
        expect.stringContaining("as in inWorker('search', { pool }), not ''."),
        "TypeError: inWorker needs the option 'pool', as in inWorker('search', { pool }).",
        expect.stringContaining("The option 'pool' must be a WebWorkerPool, not a plain object."),
      ],
    ],
  ])('%s', async (name, expected) => {
    expect(await trial(name)).toEqual(expected);
  });

  it('leaves nothing untried', async () => {
    expect(await page.evaluate('Object.keys(globalThis.trials).length')).toBe(19);
  });
});
