/** Whether a value is an instance of a class. Never throws: asking `instanceof` of a stranger's proxy runs a trap. */
export function isInstance<T>(value: unknown, ofClass: abstract new (...given: never) => T): value is T {
  try {
    return value instanceof ofClass;
  } catch {
    return false;
  }
}
