/** Notes what happens, in order: `lines` reads like the story that a test tells. */
export class Recorder {
  readonly lines: string[] = [];

  note(line: string): void {
    this.lines.push(line);
  }

  /** A handler that notes that it was called, and then does what it is told. */
  handler<E extends object = object>(line: string, act?: (event: E) => unknown): (event: E) => unknown {
    return (event) => {
      this.note(line);
      return act?.(event);
    };
  }

  /** The same as a native async function. */
  asyncHandler<E extends object = object>(line: string, act?: (event: E) => unknown): (event: E) => Promise<unknown> {
    return async (event) => {
      this.note(line);
      return act?.(event);
    };
  }

  /** What was noted since it was last asked. */
  take(): string[] {
    return this.lines.splice(0);
  }
}
