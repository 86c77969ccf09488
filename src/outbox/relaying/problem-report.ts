import { reportUncaught } from '../../core/index.js';
import { type OutboxProblem, warn } from '../outbox-problem.js';

/**
 * Passes problems on: of a store that is unavailable once, and not again for each delivery that
 * meets it, until it has answered.
 */
export class ProblemReport {
  readonly #hear: (problem: OutboxProblem) => void;
  #isUnavailable = false;

  constructor(hear: (problem: OutboxProblem) => void = warn) {
    this.#hear = hear;
  }

  readonly add = (problem: OutboxProblem): void => {
    const isKnown = problem.kind === 'unavailable' && this.#isUnavailable;
    if (problem.kind === 'unavailable') this.#isUnavailable = true;
    if (isKnown) return;
    try {
      this.#hear(problem);
    } catch (error) {
      // Whoever listens cannot stop a delivery.
      reportUncaught(error);
    }
  };

  answered(): void {
    this.#isUnavailable = false;
  }
}
