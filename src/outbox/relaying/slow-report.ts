import { textOf } from '../../core/index.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { ProblemReport } from './problem-report.js';

// How long (ms) a statement may take before an operator is told.
const slowAfter = 1_000;

/** Tells an operator once of each kind of statement that takes long, and again after it was quick. */
export class SlowReport {
  readonly #store: Pick<RelayingStore, 'snapshotHolder'>;
  readonly #problems: ProblemReport;
  readonly #slow = new Set<string>();

  constructor(store: Pick<RelayingStore, 'snapshotHolder'>, problems: ProblemReport) {
    this.#store = store;
    this.#problems = problems;
  }

  /** Notes how long (ms) something took that is named, and with which error it ended. Returns whether that was long. */
  note(name: string, took: number, error?: unknown): boolean {
    if (took <= slowAfter) {
      this.#slow.delete(name);
      return false;
    }
    if (!this.#slow.has(name)) void this.#tell(name, took, error);
    this.#slow.add(name);
    return true;
  }

  async #tell(name: string, took: number, error: unknown): Promise<void> {
    const holder = await this.#store.snapshotHolder().catch(() => undefined);
    const outcome = error === undefined ? '' : ` and failed (${textOf(error)})`;
    const reason = holder ? ` The oldest snapshot is held by ${holder}: end it, if it is not needed.` : '';
    const message = `${name} took ${Math.round(took)} ms${outcome}. Deleted rows that cannot be vacuumed, because a snapshot is held, are the usual reason.${reason} Nothing is lost.`;
    this.#problems.add({ kind: 'slow', message, error });
  }
}
