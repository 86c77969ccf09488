import { spread } from '../harness/statistics.mjs';
import { shortSpread } from '../report/table.mjs';

/** What was measured of one case: for each run the values of all rounds. */
export class Results {
  #byRun = new Map();

  add(run, values) {
    const name = JSON.stringify(run);
    if (!this.#byRun.has(name)) this.#byRun.set(name, []);
    this.#byRun.get(name).push(values);
  }

  /** The run with these properties. */
  of(wanted) {
    for (const [name, rounds] of this.#byRun) {
      const run = JSON.parse(name);
      if (Object.entries(wanted).every(([key, value]) => run[key] === value)) return new Measured(rounds);
    }
    return new Measured([]);
  }
}

class Measured {
  constructor(rounds) {
    this.rounds = rounds.filter((values) => !values.error);
    this.error = rounds.find((values) => values.error)?.error;
  }

  median(name) {
    return this.rounds.length === 0 ? NaN : this.#spread(name).median;
  }

  sum(name) {
    return this.rounds.reduce((sum, values) => sum + values[name], 0);
  }

  /** Median and quartiles of the rounds, or why there are none. */
  show(name, unit = '') {
    if (this.rounds.length === 0) return this.error ? `failed: ${this.error}` : '';
    return shortSpread(this.#spread(name), unit);
  }

  #spread(name) {
    return spread(this.rounds.map((values) => values[name]));
  }
}
