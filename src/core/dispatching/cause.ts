import { CascadeError } from '../errors.js';
import { classNameOf } from '../event-class.js';
import type { HandlerFailed } from './handler-failed.js';

/** Which event led to another on one stack, back to the one that an outsider published. */
export interface Cause {
  readonly event: object;
  readonly parent: Cause | undefined;
  readonly depth: number;
}

/** An event that runs after the handlers of the current one have been called. */
export interface Queued {
  readonly event: object;
  readonly cause: Cause;
  /** The failure that has to reach somebody else when no handler of this event is called. */
  readonly unheard?: HandlerFailed | undefined;
}

/**
 * What an event is caused by that comes of this one. The bus's own events (no `next`) pass at any depth, for a failure
 * must not be lost; what their handlers publish does not.
 *
 * @throws CascadeError when `next` would be deeper than allowed.
 */
export function causedBy(event: object, cause: Cause | undefined, maxDepth: number, next?: object): Cause {
  const depth = (cause?.depth ?? 0) + 1;
  if (next && depth >= maxDepth) {
    const chain = [next, event];
    for (let at = cause; at; at = at.parent) chain.push(at.event);
    const names = chain.reverse().map(classNameOf);
    if (names.length > 12) names.splice(6, names.length - 12, '…');
    throw new CascadeError(
      `Events caused each other more than ${maxDepth} deep: ${names.join(' → ')}. Break the circle, or raise maxDepth.`,
    );
  }
  return { event, parent: cause, depth };
}
