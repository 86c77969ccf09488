/** Asked by symbol and not by `instanceof`, so that a second loaded copy of this package is understood. */
export const stoppable: unique symbol = Symbol.for('class-events/stoppable') as never;

/**
 * Base class for events that a handler may keep from the handlers after it. Handlers that run before or have already
 * started are not affected, so stopping is a matter between sync handlers, and between them and the async ones.
 * Stopping is remembered by the event: published again, it reaches nobody. A frozen event can be stopped too.
 *
 * The idea is Symfony's and PSR-14's.
 *
 * @example
 * ```ts
 * class LoginAttempted extends StoppableEvent { constructor(readonly user: string) { super(); } }
 * bus.subscribe(LoginAttempted, (event) => { if (isBanned(event.user)) event.stopPropagation(); }, { priority: 10 });
 * ```
 */
export abstract class StoppableEvent {
  #stopped = false;

  /** No handler that has not been called yet sees this event any more. */
  stopPropagation(): void {
    this.#stopped = true;
  }

  /** Whether a handler has stopped this event. */
  get propagationStopped(): boolean {
    return this.#stopped;
  }
}
Object.defineProperty(StoppableEvent.prototype, stoppable, { value: true });

export function isStopped(event: object): boolean {
  return (event as StoppableEvent).propagationStopped;
}
