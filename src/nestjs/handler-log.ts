import { nameOf, type Subscription } from '../core/index.js';

/** The line of a handler in the log of the start, as Nest has one for each route. */
export function lineOf({ name, eventClasses, phase, options }: Subscription): string {
  const when = phase === 'immediate' ? '' : `, ${phase}`;
  const how = options.durable ? `, durable ${options.durable}` : when;
  return `${name} ← ${eventClasses.map(nameOf).join(', ')}${how}`;
}
