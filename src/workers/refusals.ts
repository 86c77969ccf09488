import { textOf } from '../core/index.js';

/** An error, in a box: what is thrown may be undefined. */
export interface Failed {
  readonly error: unknown;
}

/**
 * Why events were not taken that one handler emitted. Nobody waits for an emitted event, so the delivery fails of it,
 * on whichever thread that is found out.
 */
export class Refusals {
  readonly #errors: unknown[] = [];

  readonly add = (error: unknown): void => void this.#errors.push(error);

  /** What the delivery fails of. One error is itself; several are an AggregateError, the handler's own first. */
  failure(own?: Failed): Failed | undefined {
    const errors = own ? [own.error, ...this.#errors] : this.#errors;
    if (errors.length < 2) return errors.length === 0 ? undefined : { error: errors[0] };
    const lines = errors.map((error) => `\n  ${textOf(error)}`).join('');
    const what = own
      ? 'The handler failed, and events that it emitted were refused:'
      : 'Events that the handler emitted were refused:';
    return { error: new AggregateError(errors, `${what}${lines}`) };
  }
}
