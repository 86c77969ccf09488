import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<AsyncSpan>();

/**
 * What one call began: its own code, and all that goes on because of it, awaited or not. Tests that run beside it are
 * not in it. The one file of the module that names a platform: Node, Deno and Bun have it.
 */
export class AsyncSpan {
  readonly #outer = storage.getStore();

  run<T>(work: () => T): T {
    return storage.run(this, work);
  }

  /** Whether the code that asks runs in it, or in a span that was begun in it. */
  get covers(): boolean {
    let span = storage.getStore();
    while (span && span !== this) span = span.#outer;
    return span === this;
  }
}
