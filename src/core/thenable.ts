/**
 * Whether a value can be awaited. Asked by `typeof`, because promises of another realm are awaited too (those of a
 * platform, under jest). If looking throws, the answer is yes: `Promise.resolve` looks again and rejects.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    return typeof (value as PromiseLike<unknown>).then === 'function';
  } catch {
    return true;
  }
}
