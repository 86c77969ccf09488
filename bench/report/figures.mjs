import { spread } from '../harness/statistics.mjs';

/** What a journal comes to: for each case and entrant the spread of each column over the rounds, or an error. */
export class Figures {
  #byPlace = new Map();

  constructor({ entries }) {
    for (const entry of entries) {
      const key = keyOf(entry.case, entry.entrant);
      if (!this.#byPlace.has(key)) this.#byPlace.set(key, []);
      this.#byPlace.get(key).push(entry);
    }
  }

  /** @returns the spreads by column, `{ error }`, or undefined for what was not measured. */
  of(caseId, entrantId) {
    const entries = this.#byPlace.get(keyOf(caseId, entrantId));
    if (!entries) return undefined;
    const failed = entries.find(({ error }) => error);
    if (failed) return { error: failed.error };
    const columns = Object.keys(entries[0].values);
    return Object.fromEntries(columns.map((column) => [column, spread(entries.map(({ values }) => values[column]))]));
  }
}

function keyOf(caseId, entrantId) {
  return `${caseId}|${entrantId}`;
}
