/** An `AbortSignal` that can be asked how many listeners it holds. */
export class CountingSignal extends EventTarget {
  readonly #listeners = new Set<unknown>();
  aborted = false;
  reason: unknown;

  /** As the type that options ask for. */
  get asSignal(): AbortSignal {
    return this as unknown as AbortSignal;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.#listeners.add(args[1]);
    super.addEventListener(...args);
  }

  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    // Of another type it would take nothing away.
    if (args[0] === 'abort') this.#listeners.delete(args[1]);
    super.removeEventListener(...args);
  }

  abort(reason: unknown): void {
    this.aborted = true;
    this.reason = reason;
    this.dispatchEvent(new Event('abort'));
  }
}
