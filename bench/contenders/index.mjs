import { entrantsOf } from '../harness/entrant.mjs';

const files = [
  'class-events',
  'eventemitter3',
  'node-events',
  'event-target',
  'mitt',
  'nanoevents',
  'tseep',
  'emittery',
  'eventemitter2',
  'rxjs',
  'nestjs-cqrs',
  'nestjs-event-emitter',
  'event-dispatch',
];

/** By file, so that a process loads the one contender that it measures. */
export async function load(file) {
  const { default: contender } = await import(`./${file}.mjs`);
  return entrantsOf(contender);
}

/** Everybody, for the tables. */
export async function loadAll() {
  const loaded = await Promise.all(files.map(load));
  return loaded.flatMap((entrants, index) => entrants.map((entrant) => ({ ...entrant, file: files[index] })));
}
