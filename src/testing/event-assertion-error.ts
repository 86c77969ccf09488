/** What an assertion throws: test runners know it by its name and code, as they know Node's own. */
export class EventAssertionError extends Error {
  override readonly name = 'AssertionError';
  readonly code = 'ERR_ASSERTION';
}
