/**
 * The platform's `AbortSignal`, where the program that compiles against this package knows one (from the DOM library,
 * `@types/node`, Deno or Bun), else the part of it that this package uses.
 *
 * @example
 * ```ts
 * bus.subscribe(OrderPlaced, (event, { signal }) => fetch(url, { signal }), { timeout: 2_000 });
 * ```
 */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } }
  ? S
  : {
      /** Whether it has aborted. */
      readonly aborted: boolean;
      /** What it aborted with. */
      readonly reason: unknown;
      /** Calls the listener when it aborts. */
      addEventListener(type: 'abort', listener: () => void): void;
      /** Forgets the listener. */
      removeEventListener(type: 'abort', listener: () => void): void;
    };

/**
 * What a handler is given besides the event.
 *
 * @example
 * ```ts
 * bus.subscribe(ReportRequested, async (event, context) => render(event, context.signal), { timeout: 5_000 });
 * ```
 */
export interface HandlerContext {
  /**
   * Aborts when the delivery times out or its publisher's signal aborts; never otherwise. Where nothing can abort it,
   * each reading gives a new signal.
   */
  readonly signal: Signal;
  /** Of a durable delivery: the same for every attempt, and no other delivery's. For others to know a repetition by. */
  readonly id?: string | undefined;
  /** Of a durable delivery: which attempt this is, from 1. */
  readonly attempt?: number | undefined;
  /**
   * Of a durable delivery whose handler is `transactional`: what settles it. What the handler
   * writes in it is written once.
   */
  readonly transaction?: unknown;
}

/**
 * A function that reacts to one event. What it returns is not looked at, but for a promise: that one is awaited.
 *
 * @example
 * ```ts
 * const sendReceipt: Handler<OrderPlaced> = async (event) => mailer.send(event.orderId);
 * ```
 */
export type Handler<E extends object = object> = (event: E, context: HandlerContext) => unknown;

/**
 * An object that reacts to one event. It is called as a method, so `this` is never lost.
 *
 * @example
 * ```ts
 * class SendReceipt implements EventHandler<OrderPlaced> { handle = (event: OrderPlaced) => this.mailer.send(event); }
 * ```
 */
export interface EventHandler<E extends object = object> {
  /** Reacts to one event; a promise that it returns is awaited. */
  readonly handle: (event: E, context: HandlerContext) => unknown;
}

/**
 * `sync`: on the publisher's stack, in order, each finished before the next. `async`: started together after the sync
 * ones, settled together.
 *
 * @example
 * ```ts
 * bus.subscribe(OrderPlaced, (event) => fetch(url), { mode: 'async' });
 * ```
 */
export type Mode = 'sync' | 'async';

/**
 * When a handler runs, seen from the publisher's transaction. All but `immediate` need a unit of work.
 *
 * @example
 * ```ts
 * bus.subscribe(OrderPlaced, sendReceipt, { phase: 'afterCommit' });
 * ```
 */
export type Phase = 'immediate' | 'beforeCommit' | 'afterCommit' | 'afterRollback' | 'afterCompletion';

/**
 * How one subscription is to be delivered. Every option may be left out; unknown names and impossible values are a
 * `TypeError` when subscribing.
 *
 * @example
 * ```ts
 * bus.subscribe(OrderPlaced, notifyWarehouse, { priority: 10, timeout: 2_000, filter: (event) => event.total > 0 });
 * ```
 */
export interface HandlerOptions<E extends object = object> {
  /** Default: `async` for a native async function, else `sync`. */
  readonly mode?: Mode | undefined;
  /** Higher runs first; ties run in the order they subscribed. Default 0. */
  readonly priority?: number | undefined;
  /** Asked once per event, when the handler's turn has come; a filter that throws is a rejected delivery. */
  readonly filter?: ((event: E) => boolean) | undefined;
  /** Ends the subscription with its first delivery, also when that fails. */
  readonly once?: boolean | undefined;
  /** This class only, not its subclasses. */
  readonly exact?: boolean | undefined;
  /** Default `immediate`. */
  readonly phase?: Phase | undefined;
  /** A stable id: delivered from the outbox, at least once. */
  readonly durable?: string | undefined;
  /** With `durable`: the handler writes in the transaction that settles its delivery. */
  readonly transactional?: boolean | undefined;
  /** Milliseconds after which a delivery that returned a promise is rejected with `HandlerTimeoutError`. */
  readonly timeout?: number | undefined;
  /**
   * Wraps each delivery: a concurrency limit, a retry policy, a transaction, a log line. Call `run` to run the handler.
   */
  readonly around?: ((run: () => unknown, event: E) => unknown) | undefined;
  /** When the handler fails: the event to publish for it, or nothing. */
  readonly onFailure?: ((error: unknown, event: E) => object | undefined | void) | undefined;
  /** Unsubscribes on abort. */
  readonly signal?: Signal | undefined;
  /** In reports and maps. Default: the function's name, or `Class.method`. */
  readonly name?: string | undefined;
}

/** Either form of handler, as `subscribe` takes it. */
export type AnyHandler<E extends object = object> = Handler<E> | EventHandler<E>;
