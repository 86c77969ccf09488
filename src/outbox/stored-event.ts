/**
 * Stands in `HandlerFailed` for an event that its handler was not called with, because it could not be read in time, or
 * its attempts were begun and never ended.
 *
 * @example
 * ```ts
 * bus.subscribe(HandlerFailed, ({ event }) => log.warn(event.constructor.name, (event as Partial<StoredEvent>).id));
 * ```
 */
export class StoredEvent {
  /** @internal */
  constructor(
    /** Its id in the log. */
    readonly id: string,
    /** Its wire name and version. */
    readonly name: string,
    readonly version: number,
    /** What it is ordered by. */
    readonly key: string | undefined,
  ) {}
}
