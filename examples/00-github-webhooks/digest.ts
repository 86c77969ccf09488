import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventHandler } from 'class-events';
import type { NewsEvent } from './github-events.js';

/** A handler that is an object. Its `handle` is an async function, so the publisher's sync handlers run before it. */
export class Digest implements EventHandler<NewsEvent>, AsyncDisposable {
  readonly #folder: string;
  readonly #file: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'digest.txt');
  }

  static async inTemporaryFolder(): Promise<Digest> {
    return new Digest(await mkdtemp(join(tmpdir(), 'digest-')));
  }

  async handle(event: NewsEvent): Promise<void> {
    await appendFile(this.#file, `${event.headline} (${event.repository})\n`);
  }

  async lines(): Promise<readonly string[]> {
    const text = await readFile(this.#file, 'utf8');
    return text.trimEnd().split('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}
