import type { Logger } from '@nestjs/common';
import { classNameOf } from '../core/index.js';
import { logLost } from './failure-log.js';

/** What is published before the application's providers are subscribed, in order. */
export class EarlyEvents {
  readonly #logger: Logger;
  readonly #waiting: { readonly publish: () => void; readonly refuse: (reason: unknown) => void }[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Settles as the publish does, when its turn has come. */
  publish<R>(events: readonly object[], publish: () => Promise<R>): Promise<R> {
    this.#logger.warn(
      `${events.map(classNameOf).join(', ')} is published before the application's providers are built. It waits for them: a provider's factory that awaits it waits for itself. Use emit there.`,
    );
    return new Promise((resolve, refuse) => this.#waiting.push({ publish: () => resolve(publish()), refuse }));
  }

  emit(event: object, emit: () => void): void {
    const refuse = (reason: unknown): void => logLost(this.#logger, event, reason);
    const publish = (): void => {
      try {
        emit();
      } catch (error) {
        // The code that emitted it has gone on long ago.
        refuse(error);
      }
    };
    this.#waiting.push({ publish, refuse });
  }

  release(): void {
    for (const { publish } of this.#waiting.splice(0)) publish();
  }

  refuse(reason: unknown): void {
    for (const { refuse } of this.#waiting.splice(0)) refuse(reason);
  }
}
