/**
 * What a pool uses of a `Worker`. The platform's own fits.
 *
 * @example
 * ```ts
 * const create = (): WebWorker => new Worker(new URL('./search.worker.js', import.meta.url), { type: 'module' });
 * ```
 */
export interface WebWorker {
  // Methods, which are compared by less than functions: the platform's own take more precise types.
  /** Sends a message, and moves what is listed. */
  postMessage(message: unknown, transfer: never[]): void;
  /** Listens to its messages and errors. */
  addEventListener(
    type: 'message' | 'error',
    listener: (event: { readonly data?: unknown; readonly message?: string }) => void,
  ): void;
  /** Ends it at once. */
  terminate(): void;
}
