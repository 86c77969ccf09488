import {
  type BeforeApplicationShutdown,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import {
  aBoolean,
  BusClosedError,
  checkOptions,
  CloseTimeoutError,
  EventBus,
  eventBusChecks,
  milliseconds,
  noOutbox,
  type PublishOptions,
  type PublishReport,
  settledWithin,
} from '../core/index.js';
import { EarlyEvents } from './early-events.js';
import type { EventBusModuleOptions } from './event-bus-module-options.js';
import { logFailure } from './failure-log.js';
import { lineOf } from './handler-log.js';
import { registerProviders } from './provider-subscribers.js';

/**
 * The bus of one application. It closes with the application.
 *
 * It is *early* until the application's providers are subscribed: events wait. Then it is *started*. A bus that is
 * closed early, or cannot subscribe a provider, refuses the events that wait.
 */
export class ApplicationEventBus
  extends EventBus
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #modules: ModulesContainer;
  readonly #closeTimeout: number;
  readonly #logsHandlers: boolean;
  readonly #logger: Logger;
  /** The events that wait; undefined when the bus is not early any more. */
  #early: EarlyEvents | undefined;

  constructor(options: EventBusModuleOptions, modules: ModulesContainer) {
    checkOptions(options, { ...eventBusChecks, closeTimeout: milliseconds, logHandlers: aBoolean });
    const { closeTimeout = 10_000, logHandlers = true, ...busOptions } = options;
    const logger = new Logger(busOptions.name ?? 'EventBus');
    super({ ...busOptions, onError: busOptions.onError ?? logFailure(logger) });
    this.#modules = modules;
    this.#closeTimeout = closeTimeout;
    this.#logsHandlers = logHandlers;
    this.#logger = logger;
    this.#early = new EarlyEvents(logger);
  }

  override publish<E extends object>(event: E, options?: PublishOptions): Promise<PublishReport<E>> {
    if (!this.#early) return super.publish(event, options);
    return this.#publishLater(this.#early, [event], () => super.publish(event, options));
  }

  override publishSettled<E extends object>(event: E, options?: PublishOptions): Promise<PublishReport<E>> {
    if (!this.#early) return super.publishSettled(event, options);
    return this.#publishLater(this.#early, [event], () => super.publishSettled(event, options));
  }

  override publishAll<E extends object>(events: Iterable<E>, options?: PublishOptions): Promise<PublishReport<E>[]> {
    if (!this.#early) return super.publishAll(events, options);
    return this.#publishLater(this.#early, events, (list) => super.publishAll(list, options));
  }

  override emit(event: object): void {
    if (!this.#early) return super.emit(event);
    // Throws for what is no event, as emit does: later nobody would be there to catch it.
    this.explain(event);
    this.#early.emit(event, () => super.emit(event));
  }

  override close(...options: Parameters<EventBus['close']>): Promise<void> {
    this.#refuseEarly(new BusClosedError(`${this.name} is closed. The application had not started.`));
    return super.close(...options);
  }

  /** Called by Nest when all static providers are built, and before any other module's hook. */
  onModuleInit(): void {
    try {
      registerProviders(this, this.#modules);
    } catch (error) {
      this.#refuseEarly(error);
      throw error;
    }
    const early = this.#early;
    this.#early = undefined;
    early?.release();
  }

  /** By now providers have made their outbox. A warning and no refusal, because it may still be made later. */
  onApplicationBootstrap(): void {
    if (this.#logsHandlers) for (const subscription of this.subscriptions()) this.#logger.log(lineOf(subscription));
    const durable = this.subscriptions().filter(({ options }) => options.durable);
    if (durable.length > 0 && !this.ports.hasOutbox) this.#logger.warn(noOutbox(durable));
  }

  /**
   * The first wait: handlers still have their database connections, which most modules close in
   * `onApplicationShutdown`. The bus stays open, because the server still has requests to answer, and they publish.
   */
  async beforeApplicationShutdown(): Promise<void> {
    await settledWithin(this.idle(), this.#closeTimeout);
  }

  /** The end: servers and consumers have stopped by now, so nothing that is published later gets lost. */
  async onApplicationShutdown(): Promise<void> {
    try {
      await this.close({ timeout: this.#closeTimeout });
    } catch (error) {
      if (!(error instanceof CloseTimeoutError)) throw error;
      this.#logger.error(error.message);
    }
  }

  async #publishLater<E extends object, R>(
    early: EarlyEvents,
    events: Iterable<E>,
    publish: (events: readonly E[]) => Promise<R>,
  ): Promise<R> {
    const list = [...events];
    for (const event of list) this.explain(event);
    if (list.length === 0) return publish(list);
    return early.publish(list, () => publish(list));
  }

  #refuseEarly(reason: unknown): void {
    this.#early?.refuse(reason);
    this.#early = undefined;
  }
}
