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
 * What a handler is given besides the event. `Transaction` is what the function that begins a transaction hands out:
 * name it where the handler is written, and no cast is needed.
 *
 * @example
 * ```ts
 * bus.subscribe(ReportRequested, async (event, context) => render(event, context.signal), { timeout: 5_000 });
 * bus.subscribe(OrderPlaced, (event, { transaction }: HandlerContext<PoolClient>) => ledger.book(event, transaction));
 * ```
 */
export interface HandlerContext<Transaction = unknown> {
  /**
   * Aborts when the delivery times out or its publisher's signal aborts; never otherwise. Where nothing can abort it,
   * each reading gives a new signal.
   */
  readonly signal: Signal;
  /** Of a durable delivery: the same for every attempt, and no other delivery's. For others to know a repetition by. */
  readonly id?: string | undefined;
  /** Of a durable delivery: which attempt this is, from 1. */
  readonly attempt?: number | undefined;
  /** Of a durable delivery: what the outbox keeps of the event. */
  readonly event?: KeptEvent | undefined;
  /**
   * The transaction that the handler may write in. In phase `immediate` and `beforeCommit`: that of the unit of work of
   * this bus which is open, if one is. For a durable handler that is `transactional`: the one that settles the
   * delivery, so that what is written in it is written once. Otherwise undefined.
   */
  readonly transaction?: Transaction | undefined;
}

/**
 * What an outbox keeps of an event, for its durable handlers. The same for each attempt, each handler and each replay.
 *
 * @example
 * ```ts
 * bus.subscribe(OrderPlaced, (order, { event }) => audit(event.id, event.headers['tenant'], event.recordedAt), {
 *   durable: 'audit.order',
 * });
 * ```
 */
export interface KeptEvent {
  /** The id of the event, a UUID. */
  readonly id: string;
  /** The wire name by which it was written. */
  readonly name: string;
  /** The version in which it was written. The event itself has been brought to the current one. */
  readonly version: number;
  /** The key of its order; undefined if it has none, or if the handler wants none. */
  readonly key: string | undefined;
  /** What travels with it: those of the outbox's option `headers`, and of its tracing. */
  readonly headers: Readonly<Record<string, string>>;
  /** When it was written, by the clock of the database. */
  readonly recordedAt: Date;
  /** Its data: the JSON that was committed. */
  readonly text: string;
}

/**
 * What a durable handler is given. `subscribe` knows it by the option `durable`; a method under `@On` names it.
 * `transaction` is there for a handler that is `transactional`, and undefined for any other.
 *
 * @example
 * ```ts
 * class Invoices {
 *   @On(OrderPlaced, { durable: 'billing.invoice', transactional: true })
 *   async book(event: OrderPlaced, { id, attempt, transaction }: DurableContext<PoolClient>) {
 *     await transaction.query('insert into invoices values ($1, $2, $3)', [id, event.orderId, attempt]);
 *   }
 * }
 * ```
 */
export interface DurableContext<Transaction = unknown> extends HandlerContext<Transaction> {
  /** The same for every attempt, and no other delivery's. For others to know a repetition by. */
  readonly id: string;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** What the outbox keeps of the event: its id and headers, for instance. */
  readonly event: KeptEvent;
  /** Of a handler that is `transactional`: what settles the delivery. */
  readonly transaction: Transaction;
}

/**
 * What a handler is given that runs in a unit of work for certain, because its phase is `beforeCommit`. (On a bus with
 * `outsideUnitOfWork: 'immediate'` there may be none: name `HandlerContext` there.)
 *
 * @example
 * ```ts
 * class Ledger {
 *   @On(OrderPlaced, { phase: 'beforeCommit' })
 *   async book(event: OrderPlaced, { transaction }: UnitOfWorkContext<PoolClient>) {
 *     await transaction.query('insert into bookings values ($1)', [event.orderId]);
 *   }
 * }
 * ```
 */
export interface UnitOfWorkContext<Transaction = unknown> extends HandlerContext<Transaction> {
  /** That of the open unit of work. */
  readonly transaction: Transaction;
}

/**
 * The context of a handler, by three of its options. `subscribe` and `@On` use it.
 *
 * @example
 * ```ts
 * type Context = ContextOf<'billing.invoice', true, undefined, PoolClient>; // DurableContext<PoolClient>
 * ```
 */
export type ContextOf<Durable, Transactional, WantedPhase, Transaction> = [Durable] extends [string]
  ? DurableContext<
      [Transactional] extends [true] ? Transaction : true extends Transactional ? Transaction | undefined : undefined
    >
  : [WantedPhase] extends ['beforeCommit']
    ? UnitOfWorkContext<Transaction>
    : // Of an optional member the compiler infers undefined as well.
      HandlerContext<Exclude<Transaction, undefined>>;

/**
 * A function that reacts to one event. If it returns a promise, that is awaited; other values are ignored.
 *
 * @example
 * ```ts
 * const sendReceipt: Handler<OrderPlaced> = async (event) => mailer.send(event.orderId);
 * ```
 */
export type Handler<E extends object = object, Context = HandlerContext> = (event: E, context: Context) => unknown;

/**
 * An object that reacts to one event. It is called as a method, so `this` is never lost.
 *
 * @example
 * ```ts
 * class SendReceipt implements EventHandler<OrderPlaced> { handle = (event: OrderPlaced) => this.mailer.send(event); }
 * ```
 */
export interface EventHandler<E extends object = object, Context = HandlerContext> {
  /** Reacts to one event; a promise that it returns is awaited. */
  readonly handle: (event: E, context: Context) => unknown;
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

/**
 * Handler options as `subscribe` and `@On` take them: the types of three of them are inferred, and say by `ContextOf`
 * what the handler is given.
 *
 * @example
 * ```ts
 * declare function onOrder<Durable extends string | undefined = undefined>(
 *   handler: Handler<OrderPlaced, ContextOf<Durable, undefined, undefined, unknown>>,
 *   options?: InferredOptions<OrderPlaced, Durable, undefined, undefined>,
 * ): void;
 * ```
 */
export type InferredOptions<E extends object, Durable, Transactional, WantedPhase> = HandlerOptions<E> &
  // Nothing but a place to infer from, which is gone when that is done. Optional members of HandlerOptions are none:
  // there `string | undefined` would be taken for `string`.
  ([Durable] extends [never]
    ? { readonly durable: Durable } & { readonly transactional: Transactional } & { readonly phase: WantedPhase }
    : unknown);

/** Either form of handler, as `subscribe` takes it. */
export type AnyHandler<E extends object = object> = Handler<E> | EventHandler<E>;
