import { find } from './element.js';

/**
 * Draws a radar's sweep and measures the gaps between the page's frames. The sweep is turned by the main thread, frame by frame: an
 * animation of the style sheet would go on while the page is frozen.
 */
export class FrameWatch {
  readonly #sweep = find('.radar i', HTMLElement);
  readonly #output = find('.freeze', HTMLOutputElement);
  #longest = 0;
  #before = performance.now();

  constructor() {
    requestAnimationFrame((now) => this.#frame(now));
  }

  /** Forgets the gaps so far. */
  restart(): void {
    this.#longest = 0;
  }

  #frame(now: number): void {
    // A page in the background has no frames, which is no freeze.
    if (document.visibilityState === 'visible') this.#measure(now - this.#before);
    this.#before = now;
    this.#sweep.style.rotate = `${(now * 0.12) % 360}deg`;
    requestAnimationFrame((next) => this.#frame(next));
  }

  #measure(gap: number): void {
    if (gap <= this.#longest) return;
    this.#longest = gap;
    this.#output.textContent = `${Math.round(gap).toLocaleString('en')} ms`;
    this.#output.classList.toggle('long', gap > 100);
  }
}
