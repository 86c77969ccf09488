import type { Trial } from './trial.js';

/** What is done to the application, until nothing more is to be done. */
export interface Scenario {
  readonly name: string;
  run(trial: Trial): Promise<void>;
}
