import { classNameOf, type EventClass, isEventClass, isRoutedTo } from '../core/index.js';
import { EventAssertionError } from './event-assertion-error.js';
import { hasFields } from './event-fields.js';
import { treeOf } from './dispatch-tree.js';
import type { EventRecorder } from './event-recorder.js';
import { excerptOf } from './excerpt.js';

/** @throws EventAssertionError unless exactly these events were published, in this order. */
export function confirmPublished(recorder: EventRecorder, expected: readonly (EventClass | object)[]): void {
  const { events } = recorder;
  if (events.length === expected.length && events.every((event, index) => isAsExpected(event, expected[index]!)))
    return;
  const expectedLines = expected.map((item) => (isEventClass(item) ? classNameOf(item.prototype) : excerptOf(item)));
  throw new EventAssertionError(
    `Other events were published than expected.\n\nExpected:\n\n${listOf(expectedLines)}\n\nPublished, in order:\n\n${listOf(events.map(excerptOf))}`,
  );
}

/** @throws EventAssertionError unless handlers with these names were called and fulfilled. */
export function confirmHandled(recorder: EventRecorder, expected: readonly string[]): void {
  const fulfilled = new Set(
    recorder.dispatches
      .flatMap(({ deliveries }) => deliveries)
      .filter(({ status }) => status === 'fulfilled')
      .map(({ subscription }) => subscription.name),
  );
  const missing = expected.filter((name) => !fulfilled.has(name));
  if (missing.length === 0) return;
  throw new EventAssertionError(
    `No event was handled by ${missing.join(', ')}:\n\n${treeOf(recorder.dispatches) || '  (nothing was published)'}`,
  );
}

function isAsExpected(event: object, expected: EventClass | object): boolean {
  if (isEventClass(expected)) return isRoutedTo(event, expected);
  if (Object.getPrototypeOf(event) !== Object.getPrototypeOf(expected)) return false;
  // Looked at one by one: an event without fields equals any other of its class.
  return hasFields({ ...event }, { ...expected });
}

function listOf(lines: readonly string[]): string {
  return lines.length > 0 ? lines.map((line) => `  ${line}`).join('\n') : '  (nothing)';
}
