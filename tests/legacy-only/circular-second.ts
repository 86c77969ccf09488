import { On } from 'class-events';
import { First } from './circular-first.js';

/** Loaded while circular-first.ts is still loading: `First` is not there yet. */
function refusalOfInference(): string {
  try {
    class Inferring {
      @On()
      send(_event: First): void {}
    }
    return `not refused: ${Inferring.name}`;
  } catch (error) {
    return String(error);
  }
}

export class Second {
  static readonly refusal = refusalOfInference();
  readonly seen: string[] = [];

  @On(() => First)
  react(event: { readonly text: string }): void {
    this.seen.push(event.text);
  }
}
