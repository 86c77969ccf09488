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
  if (!library) return { show: () => undefined, end: () => undefined };
  // How much there will be is not known, so there is no bar to fill.
  const format = `${what}: {value} in {duration_formatted}`;
  const line = new library.default.SingleBar({ format, stream, clearOnComplete: true, hideCursor: true });
  line.start(0, 0);
  return { show: (done) => line.update(done), end: () => line.stop() };
}
