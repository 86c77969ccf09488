/** A project that a scan cannot read: what is wrong with it, and the remedy. */
export class ScanError extends Error {
  override readonly name = 'ScanError';
}
