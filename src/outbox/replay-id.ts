import { replayMark } from '../core/index.js';

export { replayMark };

/**
 * Returns an id for a new replay of a handler. Its rows wait under this id, apart from the live ones. Half of it is
 * random, because two processes may begin a replay in the same millisecond.
 */
export function replayIdOf(handler: string): string {
  return `${handler}${replayMark}${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
}

/** Returns the durable id of the handler to which rows with this id are delivered. */
export function handlerOf(id: string): string {
  return id.split(replayMark, 1)[0] as string;
}
