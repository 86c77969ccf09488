/// <reference lib="esnext.disposable" preserve="true" />
import { busOf, keepItself } from './bus-itself.js';
import { BusLifecycle, type CloseOptions } from './bus-lifecycle.js';
import { deliveryOptions } from './subscribing/handler-options.js';
import { Dispatcher } from './dispatching/dispatcher.js';
import type { DispatchPorts } from './dispatching/dispatch-ports.js';
import { assertObserver, type DispatchObserver } from './dispatching/dispatch-observer.js';
import { DispatchPlanner } from './dispatching/dispatch-plan.js';
import { eventBusChecks, type EventBusOptions } from './event-bus-options.js';
import { type EventClass, eventClassesOf, type EventOf } from './event-class.js';
import { explain, type Explanation } from './dispatching/explanation.js';
import { optionsFor, assertHandler, modeOf } from './subscribing/handler-function.js';
import type { ContextOf, EventHandler, Handler, InferredOptions, Phase } from './subscribing/handler.js';
import { InFlight } from './dispatching/in-flight.js';
import { assertOneEvent, checkOptions } from './option-checks.js';
import { admittedList, publishAndReport, publishEach, type PublishOptions } from './dispatching/publish.js';
import type { PublishReport } from './dispatching/publish-report.js';
import type { Resolve } from './subscribing/subscriber-method.js';
import { type RegisterOptions, Subscribers } from './subscribing/subscribers.js';
import type { SubscriptionGroup } from './subscribing/subscription-group.js';
import { SubscriptionRegistry } from './subscribing/subscription-registry.js';
import type { Subscription } from './subscribing/subscription.js';
import { nextEvent, streamOf, type StreamOptions, type WaitOptions } from './streaming/wait-for.js';

/**
 * Dispatches events to those who subscribed to their class. The class is the key, by the prototype chain and never by
 * name: handlers of a base class get the events of its subclasses.
 * A publish calls the sync handlers in order, then starts the async ones together, all before the call returns; it
 * settles when the last of them has. A failing handler stops no other. Nothing that fails is lost.
 * Not for: other processes (use the outbox), requests that want an answer (call a function).
 * @example
 * ```ts
 * const bus = new EventBus();
 * bus.subscribe(OrderPlaced, (event) => stock.reserve(event.orderId));
 * bus.subscribe(OrderPlaced, async (event) => mailer.sendReceipt(event.orderId));
 * await bus.publish(new OrderPlaced('o-1'));
 * ```
 */
export class EventBus implements AsyncDisposable {
  /** For messages. */
  readonly name: string;
  /** @internal Where modules take part. */
  readonly ports: DispatchPorts;
  readonly #registry = new SubscriptionRegistry();
  readonly #inFlight = new InFlight();
  readonly #subscribers = new Subscribers(this.#registry);
  readonly #planner: DispatchPlanner;
  readonly #dispatcher: Dispatcher;
  readonly #lifecycle: BusLifecycle;

  /** @throws TypeError for an unknown option or an impossible value. */
  constructor(options: EventBusOptions = {}) {
    checkOptions(options, eventBusChecks);
    keepItself(this);
    this.name = options.name ?? 'EventBus';
    this.#planner = new DispatchPlanner(this.#registry, options.inheritance ?? true);
    this.#dispatcher = new Dispatcher(this.#planner, this.#inFlight, options);
    this.ports = this.#dispatcher.ports;
    this.#lifecycle = new BusLifecycle(this.name, this.#inFlight, () => this.#registry.clear());
  }

  /**
   * Calls the handler with every event of the class and of its subclasses, or of any class in a list. The pair of class
   * and handler is unique: subscribing it again with the same options returns the same subscription.
   * @throws TypeError for a class, handler or option that cannot work; Error for the same pair with other options.
   * @example const subscription = bus.subscribe(OrderPlaced, (event) => console.log(event.orderId), { priority: 10 });
   */
  subscribe<
    const C extends EventClass | readonly EventClass[],
    Transaction = unknown,
    const Durable extends string | undefined = undefined,
    const Transactional extends boolean | undefined = undefined,
    const WantedPhase extends Phase | undefined = undefined,
  >(
    eventClass: C,
    handler:
      | Handler<EventOf<C>, ContextOf<Durable, Transactional, WantedPhase, Transaction>>
      | EventHandler<EventOf<C>, ContextOf<Durable, Transactional, WantedPhase, Transaction>>,
    options?: InferredOptions<EventOf<C>, Durable, Transactional, WantedPhase>,
  ): Subscription {
    busOf(this).#lifecycle.assertOpen();
    const eventClasses = eventClassesOf(eventClass);
    assertHandler(handler, eventClasses);
    const delivery = deliveryOptions(options, modeOf(handler));
    return busOf(this).#registry.add(eventClasses, handler, optionsFor(handler, eventClasses, delivery));
  }

  /**
   * Ends the subscription of this very pair; a list that was subscribed keeps its other classes. Returns whether there
   * was one. After it has returned, the handler does not run for the class any more.
   * @example bus.unsubscribe(OrderPlaced, sendReceipt);
   */
  unsubscribe<E extends object>(eventClass: EventClass<E>, handler: Handler<E> | EventHandler<E>): boolean {
    const [only] = eventClassesOf([eventClass]) as [EventClass];
    return busOf(this).#registry.remove(only, handler as Handler);
  }

  /**
   * Subscribes the `@On` methods of an object. The same object registers once: again, it returns the same group.
   * @throws TypeError when the object has no `@On` methods; Error when it is registered otherwise (weak or not).
   * @example const receipts = bus.register(new Receipts(mailer));
   */
  register(subscriber: object, options?: RegisterOptions): SubscriptionGroup {
    busOf(this).#lifecycle.assertOpen();
    return busOf(this).#subscribers.register(subscriber, options);
  }

  /**
   * Subscribes the `@On` methods of a class without building it: `resolve` gives the instance when one of them is about
   * to run, once for each event. With an async function they all are `async`. The same class registers once.
   * @throws TypeError as `register` does, and for `mode: 'sync'` where `resolve` is async; Error for another `resolve`.
   * @example bus.registerClass(Receipts, (subscriberClass) => container.resolve(subscriberClass));
   */
  registerClass<C extends EventClass>(subscriberClass: C, resolve: Resolve<C>): SubscriptionGroup {
    busOf(this).#lifecycle.assertOpen();
    return busOf(this).#subscribers.registerClass(subscriberClass, resolve as unknown as Resolve);
  }

  /** Ends the subscriptions of a registered object or class. Returns whether it was registered. */
  unregister(subscriber: object): boolean {
    return busOf(this).#subscribers.unregister(subscriber);
  }

  /**
   * Hands an event to its handlers and waits for them, not for those of events that they emit. The sync ones have run
   * and the async ones have started when the call returns. Inside a handler it is depth first. Rejects with
   * `PublishError` when handlers failed, after all have settled; with `TypeError` for what is no event,
   * `BusClosedError`, `CascadeError`, `NoUnitOfWorkError`, or an aborted signal's reason: then nothing has run.
   * @example const report = await bus.publish(new OrderPlaced('o-1'));
   */
  publish<E extends object>(event: E, options?: PublishOptions): Promise<PublishReport<E>> {
    return EventBus.#publish(this, event, options, true);
  }

  /**
   * As `publish`, but failing handlers do not reject it: they are in the report.
   * @example const { failures } = await bus.publishSettled(new OrderPlaced('o-1'));
   */
  publishSettled<E extends object>(event: E, options?: PublishOptions): Promise<PublishReport<E>> {
    return EventBus.#publish(this, event, options, false);
  }

  /**
   * Publishes events one after another, each settled before the next. All are looked at before the first is published,
   * and all are published even when one has failures; then it rejects with one `PublishError` for all of them. When the
   * signal aborts, the events that are left are not published and it rejects.
   * @example await bus.publishAll(order.pullEvents());
   */
  async publishAll<E extends object>(events: Iterable<E>, options?: PublishOptions): Promise<PublishReport<E>[]> {
    busOf(this).#lifecycle.assertOpen();
    const all = admittedList(busOf(this).#dispatcher, events, options);
    return publishEach(all, busOf(this).#inFlight, (event) => EventBus.#publish(this, event, options, false));
  }

  /**
   * Hands an event to its handlers and does not wait. Inside a handler it runs after the handlers of the current event
   * were called, so that everybody sees the cause before the effect. It never throws for a handler: a failure goes to
   * the handlers of `HandlerFailed`, else to `onError`, else it surfaces as uncaught.
   * @throws TypeError for what is no event; BusClosedError, CascadeError, NoUnitOfWorkError.
   * @example bus.emit(new PageViewed('/orders'));
   */
  emit(event: object): void;
  emit(event: object, second?: unknown): void {
    const bus = this && #lifecycle in this ? this : busOf(this as EventBus);
    bus.#lifecycle.assertOpen();
    if (second !== undefined) assertOneEvent(second);
    bus.#dispatcher.emit(event);
  }

  /**
   * The next event of the class that passes the filter. Keeps neither `close` nor the process waiting. Rejects with an
   * aborted signal's reason, or with `BusClosedError` when the bus closes.
   * @example const paid = await bus.waitFor(OrderPaid, { signal: AbortSignal.timeout(5_000) });
   */
  waitFor<E extends object>(eventClass: EventClass<E>, options: WaitOptions<E> = {}): Promise<E> {
    return nextEvent(this, eventClass, options, busOf(this).#lifecycle);
  }

  /**
   * All events of the class that pass the filter, from this call on, for `for await`. It ends with `break`, `return`,
   * its signal or the bus; the last two let the buffer be taken. Publishers never wait for it.
   * @example for await (const event of bus.stream(OrderPlaced)) console.log(event.orderId);
   */
  stream<E extends object>(
    eventClass: EventClass<E>,
    options: StreamOptions<E> = {},
  ): AsyncIterableIterator<E> & AsyncDisposable {
    return streamOf(this, eventClass, options, busOf(this).#lifecycle);
  }

  /** Whether an event of exactly this class would find a subscriber, those of its base classes included. */
  hasSubscribers(eventClass: EventClass): boolean {
    return busOf(this).subscriptions(eventClass).length > 0;
  }

  /** The active subscriptions in the order of their making; or those for one class, in the order in which they run. */
  subscriptions(eventClass?: EventClass): readonly Subscription[] {
    const [only] = arguments.length === 0 ? [] : eventClassesOf([eventClass]);
    const all = only ? busOf(this).#planner.planFor(only.prototype).steps : busOf(this).#registry.all();
    return all.filter(({ active }) => active);
  }

  /**
   * What a publish would do: each subscription, whether it runs, and why. Asks filters. @throws TypeError for no event.
   * @example for (const { subscription, reason } of bus.explain(event)) console.log(subscription.name, reason);
   */
  explain(event: object): readonly Explanation[] {
    return explain(event, busOf(this).#planner.planOf(event), busOf(this).#registry.all(), this.ports);
  }

  /** Shows an observer every plan, delivery and report from now on; call the returned function to stop. */
  observe(observer: DispatchObserver): () => void {
    assertObserver(observer);
    busOf(this).#dispatcher.observers.add(observer);
    return () => void busOf(this).#dispatcher.observers.delete(observer);
  }

  /** Settles when nothing is in flight any more, emitted work included. A handler that awaits it waits for itself. */
  idle(): Promise<void> {
    return busOf(this).#inFlight.idle(arguments[0] as object | undefined);
  }

  /**
   * Closes the bus when nothing is in flight any more. Until then it takes the events that handlers publish, so stop
   * other publishers first. Closing twice waits for the same end. Rejects with `CloseTimeoutError` when deliveries are
   * unfinished after `timeout` ms; the bus is closed then too.
   * @example await bus.close({ timeout: 10_000 });
   */
  close(options?: CloseOptions): Promise<void> {
    return busOf(this).#lifecycle.close(options, busOf(this).#dispatcher.dispatching);
  }
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  static #publish<E extends object>(bus: EventBus, event: E, options: PublishOptions | undefined, rejects: boolean) {
    try {
      bus.#lifecycle.assertOpen();
      return publishAndReport(bus.#dispatcher, event, options, rejects);
    } catch (error) {
      return new Promise<PublishReport<E>>((resolve) => {
        if (busOf(bus) === bus) throw error;
        resolve(EventBus.#publish(busOf(bus), event, options, rejects));
      });
    }
  }
}
