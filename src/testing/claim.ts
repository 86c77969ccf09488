import { classNameOf, type EventClass, isEventClass, textOf } from '../core/index.js';
import { treeOf } from './dispatch-tree.js';
import { EventRecorder } from './event-recorder.js';
import { excerptOf, excerptWith } from './excerpt.js';
import type { RecordedDispatch } from './recorded-dispatch.js';

/**
 * What a matcher answers.
 *
 * @example
 * ```ts
 * const { pass, message } = eventMatchers.toHaveHandled(recorder, OrderPlaced);
 * ```
 */
export interface Claim {
  /** Whether it holds. */
  readonly pass: boolean;
  /** Why it does not hold; or, where it should not hold, why it does. */
  readonly message: () => string;
}

/** Whether an event has the fields that are asked for. */
export type CompareFields = (event: object, fields: object) => boolean;

/** An event of the class was published, with these fields. */
export function claimPublished(
  recorder: EventRecorder,
  eventClass: EventClass,
  fields: object | undefined,
  compare: CompareFields,
): Claim {
  const found = recorderOf(recorder, [eventClass])
    .dispatchesOf(eventClass)
    .filter(({ event }) => !fields || compare(event, fields));
  const matching = found.filter(({ redelivered }) => !redelivered);
  const excerpt = excerptWith(nameOf(eventClass), fields);
  const message = (): string =>
    matching.length > 0
      ? `${excerpt} was published, and should not have been:\n\n${treeOf(matching)}`
      : `${excerpt} was not published. ${found.length > 0 ? 'It was delivered from the outbox, which is no publish. ' : ''}${listAll(recorder)}`;
  return { pass: matching.length > 0, message };
}

/** Events of these classes were published in this order, perhaps with others between them. */
export function claimPublishedInOrder(recorder: EventRecorder, eventClasses: readonly EventClass[]): Claim {
  const { publishes } = recorderOf(recorder, eventClasses);
  let count = 0;
  for (const publish of publishes) {
    const next = eventClasses[count];
    if (next && publish.isOf(next)) count++;
  }
  const missing = eventClasses[count];
  const sequence = (classes: readonly EventClass[]): string => classes.map(nameOf).join(', ');
  const place = count > 0 ? ` after ${sequence(eventClasses.slice(0, count))}` : '';
  const list =
    publishes.length > 0
      ? `In order:\n\n${publishes.map(({ event }) => `  ${excerptOf(event)}`).join('\n')}`
      : nothingPublished;
  const message = (): string =>
    missing
      ? `There was no ${nameOf(missing)}${place}. ${list}`
      : `${sequence(eventClasses)} were published in this order, and should not have been. ${list}`;
  return { pass: missing === undefined, message };
}

/** A handler was called with an event of the class, and fulfilled: any one, or the one with this name. */
export function claimHandled(recorder: EventRecorder, eventClass: EventClass, handler: string | undefined): Claim {
  const dispatches = recorderOf(recorder, [eventClass]).dispatchesOf(eventClass);
  const handledDispatches = dispatches.filter(({ deliveries }) =>
    deliveries.some(
      ({ subscription, status }) => status === 'fulfilled' && subscription.name === (handler ?? subscription.name),
    ),
  );
  const by = handler === undefined ? '' : ` by ${handler}`;
  const message = (): string => {
    if (handledDispatches.length > 0) {
      return `${nameOf(eventClass)} was handled${by}, and should not have been:\n\n${treeOf(handledDispatches)}`;
    }
    return dispatches.length > 0
      ? `${nameOf(eventClass)} was not handled${by}:\n\n${treeOf(dispatches)}${unsettledHint(dispatches)}`
      : `${nameOf(eventClass)} was not handled${by}, for it was not published. ${listAll(recorder)}`;
  };
  return { pass: handledDispatches.length > 0, message };
}

const nothingPublished = 'Nothing was.';

// A class may have a static member called name.
const nameOf = ({ prototype }: EventClass): string => classNameOf(prototype);

function listAll({ publishes }: EventRecorder): string {
  return publishes.length > 0 ? `What was:\n\n${treeOf(publishes)}` : nothingPublished;
}

function unsettledHint(dispatches: readonly RecordedDispatch[]): string {
  const unsettled = dispatches.some(({ settled }) => !settled);
  return unsettled ? '\n\nNot all of it has settled: await the publish, or bus.idle(), before you ask.' : '';
}

/** Returns the recorder. @throws TypeError for what is no recorder, and for what is no event class. */
function recorderOf(recorder: unknown, eventClasses: readonly unknown[]): EventRecorder {
  if (!(recorder instanceof EventRecorder)) {
    throw new TypeError(`${textOf(recorder)} is no recorder. Pass what recordEvents(bus) or scenario(…) returned.`);
  }
  for (const eventClass of eventClasses) {
    if (isEventClass(eventClass)) continue;
    throw new TypeError(
      `${textOf(eventClass)} is no event class. Pass the class itself, as in toHavePublished(OrderPlaced).`,
    );
  }
  return recorder;
}
