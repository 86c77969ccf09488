import { inspect } from 'node:util';
import type { Logger } from '@nestjs/common';
import { attemptText, classNameOf, type EventBusOptions, textOf } from '../core/index.js';

/** An `onError` that names handler and event in Nest's log. */
export function logFailure(logger: Logger): NonNullable<EventBusOptions['onError']> {
  return ({ subscription, event, error, attempt }) =>
    logError(
      logger,
      `${subscription.name} failed for ${classNameOf(event)}${attempt ? attemptText(attempt) : ''}`,
      error,
    );
}

/** For an event that was emitted early and can reach nobody any more. */
export function logLost(logger: Logger, event: object, reason: unknown): void {
  logError(logger, `${classNameOf(event)}, emitted before the application had started, reached nobody`, reason);
}

function logError(logger: Logger, summary: string, thrown: unknown): void {
  // Inspected, because a stack alone shows neither the cause nor the errors of an AggregateError.
  const details = typeof thrown === 'object' && thrown !== null ? [inspected(thrown)] : [];
  logger.error(`${summary}: ${textOf(thrown)}`, ...details);
}

function inspected(thrown: object): string {
  try {
    return inspect(thrown);
  } catch (error) {
    // A log line must not fail for what it is about.
    return `It cannot be shown: ${textOf(error)}`;
  }
}
