/** Asked by symbol and not by `instanceof`, so that a second loaded copy of this package is understood. */
export const stoppable: unique symbol = Symbol.for('class-events/stoppable') as never;

const stopped = Symbol('stopped');
const stoppedAsFrozen = new WeakSet();

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
  /** No handler that has not been called yet sees this event any more. */
  stopPropagation(): void {
    // On the event, which a proxy shares with its target. A frozen event takes no property.
    if (!Reflect.defineProperty(this, stopped, { value: true })) stoppedAsFrozen.add(this);
  }

  /** Whether a handler has stopped this event. */
  get propagationStopped(): boolean {
    return Object.hasOwn(this, stopped) || stoppedAsFrozen.has(this);
  }
}
Object.defineProperty(StoppableEvent.prototype, stoppable, { value: true });

export function isStopped(event: object): boolean {
  return (event as StoppableEvent).propagationStopped;
}
