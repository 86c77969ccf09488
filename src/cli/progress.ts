/** How far long work has come. */
export interface Progress {
  /** So much is done. */
  readonly show: (done: number) => void;
  readonly end: () => void;
}

/**
 * Shows how far something has come, on a terminal, by the cli-progress of the user's project. Where either is missing
 * nothing is shown: what came of the work is said at its end.
 */
export async function progressOf(what: string, stream: NodeJS.WriteStream = process.stderr): Promise<Progress> {
  const library = stream.isTTY ? await import('cli-progress').catch(() => undefined) : undefined;
  const none: Progress = { show: () => undefined, end: () => undefined };
  if (!library) return none;
  const { SingleBar } = library.default as Partial<typeof library.default>;
  if (SingleBar === undefined) {
    // The work matters more than its progress, so it goes on.
    stream.write('Progress is shown by cli-progress 3 or newer, and found an older one: npm install cli-progress@3.\n');
    return none;
  }
  // How much there will be is not known, so there is no bar to fill.
  const format = `${what}: {value} in {duration_formatted}`;
  const line = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true });
  line.start(0, 0);
  return { show: (done) => line.update(done), end: () => line.stop() };
}
