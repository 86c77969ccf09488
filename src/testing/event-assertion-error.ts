/**
 * What an assertion throws. It has neither the name nor the code of Node's `AssertionError`: jest takes an error with
 * either for Node's, and prints values around the message that it does not have.
 */
export class EventAssertionError extends Error {
  override readonly name = 'EventAssertionError';
}
