/** How often a property is tried: less often for each of a thousand mutants, which one counter-example kills. */
export function runs(times: number): { numRuns: number } {
  return { numRuns: process.env['STRYKER_MUTATOR_WORKER'] === undefined ? times : times / 10 };
}
