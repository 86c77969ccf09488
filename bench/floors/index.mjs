import { entrantsOf } from '../harness/entrant.mjs';
import allSettled from './all-settled.mjs';
import forLoop from './for-loop.mjs';
import forTryCatch from './for-try-catch.mjs';

/** They differ in how they call, not in how they subscribe: there the first stands for all. */
export const floors = [forLoop, forTryCatch, allSettled]
  .flatMap(entrantsOf)
  .map((entrant, index) => ({ ...entrant, file: 'floor', first: index === 0 }));
