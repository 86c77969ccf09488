// The events of pool.mjs, for both threads.
import { EventCatalog } from 'class-events/catalog';

export class Asked {
  constructor(what, number) {
    this.what = what;
    this.number = number;
  }
}

export class Said {
  constructor(number) {
    this.number = number;
  }
}

export const catalog = new EventCatalog()
  .add(Asked, { name: 'asked', read: ({ what, number }) => new Asked(what, number) })
  .add(Said, { name: 'said', read: ({ number }) => new Said(number) });
