import { Second } from './circular-second.js';

/** Imports the subscriber that needs it: a circle, as large programs have them. */
export class First {
  readonly text = 'first';
}

export { Second };
