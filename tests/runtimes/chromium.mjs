// Runs the bundled smoke test in a page of headless Chromium, and in a web worker of that page.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const page = '<!doctype html><title>class-events</title><script type="module" src="page.js"></script>';

function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = (given === undefined ? ['/usr/bin/chromium', ...onPath] : [given]).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    given === undefined
      ? 'there is no Chromium on this machine. Install one (Debian, Ubuntu: apt-get install chromium), or set CHROMIUM_PATH.'
      : `CHROMIUM_PATH is ${given}, and there is no such file.`,
  );
}

/** Serves `folder` on localhost while `use` runs. */
async function served(folder, use) {
  const server = createServer((request, response) => {
    const script = /^\/([\w-]+\.js)$/.exec(request.url ?? '')?.[1];
    if (script === undefined) {
      response.setHeader('content-type', 'text/html').end(page);
      return;
    }
    readFile(join(folder, script)).then(
      (text) => response.setHeader('content-type', 'text/javascript').end(text),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
  }
}

/** Resolves to the number of assertions in the page and in the worker. */
export async function runInChromium(folder) {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--js-flags=--expose-gc',
    ],
  });
  try {
    return await served(folder, async (url) => {
      const tab = await browser.newPage();
      await tab.goto(url);
      const inPage = await tab.evaluate(() => globalThis.result);
      const inWorker = await tab.evaluate(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker('web-worker.js', { type: 'module' });
            worker.addEventListener('message', ({ data }) =>
              data.error === undefined ? resolve(data.assertions) : reject(new Error(data.error)),
            );
            worker.addEventListener('error', ({ message }) => reject(new Error(message)));
          }),
      );
      return { [` ${browser.version()}, page`]: inPage, [` ${browser.version()}, web worker`]: inWorker };
    });
  } finally {
    await browser.close();
  }
}
