import { reportUncaught } from '../../core/index.js';
import { type OutboxProblem, warn } from '../outbox-problem.js';

/**
 * Passes problems on: of a store that is unavailable once, and not again for each delivery that
 * meets it, until it has answered.
 */
export class ProblemReport {
  readonly #hear: (problem: OutboxProblem) => unknown;
  #isUnavailable = false;

  constructor(hear: (problem: OutboxProblem) => unknown = warn) {
    this.#hear = hear;
  }

  readonly add = (problem: OutboxProblem): void => {
    const isKnown = problem.kind === 'unavailable' && this.#isUnavailable;
    if (problem.kind === 'unavailable') this.#isUnavailable = true;
    if (isKnown) return;
    // Whoever listens cannot stop a delivery.
    try {
      Promise.resolve(this.#hear(problem)).catch(reportUncaught);
    } catch (error) {
      reportUncaught(error);
    }
  };

  answered(): void {
    this.#isUnavailable = false;
  }
}
