import { inspect } from 'node:util';
import type { Logger } from '@nestjs/common';
import { classNameOf, type EventBusOptions, textOf } from '../core/index.js';

/** An `onError` that names handler and event in Nest's log. */
export function logFailure(logger: Logger): NonNullable<EventBusOptions['onError']> {
  return ({ subscription, event, error }) =>
    log(logger, `${subscription.name} failed for ${classNameOf(event)}`, error);
}

/** For an event that was emitted early and can reach nobody any more. */
export function logLost(logger: Logger, event: object, reason: unknown): void {
  log(logger, `${classNameOf(event)}, emitted before the application had started, reached nobody`, reason);
}

function log(logger: Logger, what: string, thrown: unknown): void {
  // Inspected, because a stack alone shows neither the cause nor the errors of an AggregateError.
  const details = thrown instanceof Error ? [inspect(thrown)] : [];
  logger.error(`${what}: ${textOf(thrown)}`, ...details);
}
