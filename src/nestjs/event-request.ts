import { AsyncLocalStorage } from 'node:async_hooks';
import { type ContextId, ContextIdFactory, type ModuleRef } from '@nestjs/core';

/**
 * What request-scoped subscribers get injected as `REQUEST`, and what a `ContextIdStrategy` is asked about, for an
 * event that was published outside of `runInRequest`.
 *
 * @example
 * ```ts
 * constructor(@Inject(REQUEST) request: Request | EventRequest) {
 *   this.tenant = request instanceof EventRequest ? request.event.tenant : request.headers['x-tenant'];
 * }
 * ```
 */
export class EventRequest<E extends object = object> {
  constructor(
    /** The event that the subscriber is built for. */
    readonly event: E,
  ) {}
}

const requests = new AsyncLocalStorage<object>();
const contextIds = new WeakMap<object, ContextId>();

/**
 * Runs work as part of a request: request-scoped subscribers of the events that it publishes get this request as
 * `REQUEST`, and share the request's other providers. Returns what the work returns. For HTTP, call it in a middleware;
 * for other transports, in an interceptor.
 *
 * @example
 * ```ts
 * app.use((request: Request, _response: Response, next: NextFunction) => runInRequest(request, next));
 * ```
 */
export function runInRequest<T>(request: object, work: () => T): T {
  return requests.run(request, work);
}

/** The context that a request-scoped subscriber is built in: its publisher's, or one of its own. */
export function contextIdFor(event: object, moduleRef: ModuleRef): ContextId {
  const request = requests.getStore() ?? new EventRequest(event);
  // Nest remembers the context of a request only where the controller is request-scoped as well.
  const contextId = contextIds.get(request) ?? ContextIdFactory.getByRequest(request);
  contextIds.set(request, contextId);
  // A strategy's payload goes where Nest's own router puts it.
  moduleRef.registerRequestByContextId(Object.assign(request, contextId.payload), contextId);
  return contextId;
}
