import { escapeLines } from '../core/index.js';

/**
 * What an operator should know: nothing of it is lost, and none of it goes away by itself but for `unavailable` and
 * `handler away`.
 *
 * - `dead letter`: a delivery has used up its attempts, or must not be tried again.
 * - `unknown handler`: rows wait for a durable id that no handler of this process has, and nobody else may serve.
 * - `unreadable event`: an event whose name or version this process does not know yet; it waits for a deploy.
 * - `unavailable`: the store does not answer, or has ended the relay's session; the relay goes on trying. Told once,
 *   and again after the store has answered.
 * - `slow`: a statement beside the deliveries took too long, as where a held snapshot keeps deleted rows. Told once,
 *   and again after it was quick.
 * - `handler away`: a handler has thrown `NotNow`: whoever it calls is away. Told once for an outage, by each process.
 * - `handler back`: a delivery of that handler has succeeded, which ends its outage. No problem, but the end of one.
 *
 * @example
 * ```ts
 * const outbox = new Outbox({ bus, catalog, store, onProblem: (problem) => logger.error(problem, problem.message) });
 * ```
 */
export interface OutboxProblem {
  readonly kind:
    'dead letter' | 'unknown handler' | 'unreadable event' | 'unavailable' | 'slow' | 'handler away' | 'handler back';
  /** What has happened and what to do, in words. */
  readonly message: string;
  /** The durable id that it is about. */
  readonly handler?: string | undefined;
  /** The id of the event that it is about. */
  readonly event?: string | undefined;
  /** What was thrown. */
  readonly error?: unknown;
}

/** Where problems go when nobody asked for them: to standard error, once each, without ending the process. */
export function warn({ kind, message }: OutboxProblem): void {
  // It may hold names and errors from anywhere, and goes to a terminal.
  process.emitWarning(escapeLines(message), { type: 'OutboxProblem', code: kind.toUpperCase().replaceAll(' ', '_') });
}
