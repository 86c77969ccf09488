import type { BucketAssignment } from '../store/bucket-assignment.js';
import type { ProblemReport } from './problem-report.js';

/**
 * Tells of deliveries that wait for a handler which no relay serves: not in this process, and nowhere else.
 *
 * States of a durable id: *served* → *missed*, when nobody serves it → *told*, when nobody has for `patience` ms. It is
 * served again when a relay comes that has it.
 */
export class UnservedHandlers {
  readonly #patience: number;
  readonly #problems: ProblemReport;
  readonly #missedSince = new Map<string, number>();
  readonly #told = new Set<string>();

  constructor(patience: number, problems: ProblemReport) {
    this.#patience = patience;
    this.#problems = problems;
  }

  /** Takes the ids for which deliveries wait and that this process does not serve. */
  async update(ids: readonly string[], assignment: Pick<BucketAssignment, 'servedElsewhere'>): Promise<void> {
    const served = ids.length > 0 ? await assignment.servedElsewhere(ids) : new Set<string>();
    const missed = new Set(ids.filter((id) => !served.has(id)));
    for (const id of this.#missedSince.keys()) if (!missed.has(id)) this.#forget(id);
    for (const id of missed) this.#miss(id);
  }

  #forget(id: string): void {
    this.#missedSince.delete(id);
    this.#told.delete(id);
  }

  #miss(id: string): void {
    const now = performance.now();
    const since = this.#missedSince.get(id) ?? now;
    this.#missedSince.set(id, since);
    if (this.#told.has(id) || now - since < this.#patience) return;
    this.#told.add(id);
    const message = `Deliveries wait for the durable handler '${id}', which no relay has served for ${Math.round((now - since) / 1_000)} s. Start a program that has it, or name it in the 'formerIds' of its successor. If it was removed everywhere, "Several services" in the documentation says how to give them up.`;
    this.#problems.add({ kind: 'unknown handler', message, handler: id });
  }
}
