import type { Logger, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { textOf } from '../core/index.js';
import type { Outbox } from '../outbox/index.js';
import type { OutboxModuleOptions } from './outbox-module-options.js';

/** The relay of one application: it starts last of all, and stops first. */
export class ApplicationRelay implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #outbox: Outbox;
  readonly #logger: Logger;
  readonly #isWanted: boolean;
  readonly #stopTimeout: number | undefined;

  constructor(outbox: Outbox, logger: Logger, options: Pick<OutboxModuleOptions, 'relay' | 'stopTimeout'>) {
    const { relay = true, stopTimeout } = options;
    this.#outbox = outbox;
    this.#logger = logger;
    this.#isWanted = relay;
    this.#stopTimeout = stopTimeout;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.#isWanted) await this.#outbox.start();
  }

  /** Harmless when it is called twice. What is left at work is told, and does not keep the application from ending. */
  async onModuleDestroy(): Promise<void> {
    try {
      await this.#outbox.stop(this.#stopTimeout === undefined ? {} : { timeout: this.#stopTimeout });
    } catch (error) {
      this.#logger.error(textOf(error));
    }
  }
}

/** Stops the relay where Nest calls the hooks of the end in the order of those of the start, as Nest 10 does. */
export class RelayStop implements OnModuleDestroy {
  readonly #relay: ApplicationRelay;

  constructor(relay: ApplicationRelay) {
    this.#relay = relay;
  }

  onModuleDestroy(): Promise<void> {
    return this.#relay.onModuleDestroy();
  }
}
Injectable()(RelayStop);
Inject(ApplicationRelay)(RelayStop, undefined, 0);
