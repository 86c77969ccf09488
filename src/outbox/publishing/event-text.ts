import type { EventCatalog, WrittenEvent } from '../../catalog/index.js';
import { classNameOf } from '../../core/index.js';
import { OutboxError } from '../outbox-errors.js';
import type { PublishingStore } from '../store/publishing-store.js';
import { type Flaw, JsonLook } from './json-look.js';

/** The data of an event, as the outbox keeps it. */
export interface EventText {
  /** JSON. */
  readonly text: string;
  /** Settles with the answer of an async schema about what a reader will get, where it had to be asked. */
  readonly accepted: void | Promise<void>;
}

/**
 * Makes text of an event. What could not be stored, or would not come back as it was written, is refused here: its
 * publisher can still do something about it, and a reader could not.
 *
 * @throws OutboxError, UnsafeDataError, EventDataError
 */
export function eventTextOf(
  event: object,
  { name, key, data }: WrittenEvent,
  catalog: EventCatalog,
  store: PublishingStore,
): EventText {
  const about = `${classNameOf(event)} (${name})`;
  const refuse = (reason: string, cause?: unknown): never => {
    throw new OutboxError(`${about} cannot be kept in the outbox: ${reason}`, cause === undefined ? {} : { cause });
  };
  if (key !== undefined) assertStorableKey(key, store, refuse);
  let look: JsonLook | undefined;
  let text: string | undefined;
  try {
    look = new JsonLook(data);
    text = JSON.stringify(data);
  } catch (error) {
    return refuse(
      `what its 'write' returned is no JSON${look?.flaw ? `: ${sentenceOf(look.flaw)}` : '. Return plain data.'}`,
      error,
    );
  }
  if (text === undefined) return refuse("its 'write' returned nothing.");
  if (look.flaw) return refuse(sentenceOf(look.flaw));
  const part = store.unstorablePart(text);
  if (part !== undefined) refuse(`its data holds ${part}.`);
  const parsed = catalog.parse(text, about);
  return { text, accepted: look.isSame ? undefined : catalog.entryOf(event)?.assertReadable(parsed) };
}

function assertStorableKey(key: string, store: PublishingStore, refuse: (reason: string) => never): void {
  const part = store.unstorablePart(JSON.stringify(key));
  if (part !== undefined) refuse(`its key holds ${part}.`);
  const length = Buffer.byteLength(key);
  const { keyBytes } = store.limits;
  if (length <= keyBytes) return;
  refuse(
    `its key has ${length} bytes, and may have ${keyBytes}. Make 'key' return an identity that is shorter, like 'order:17', or a hash of it.`,
  );
}

function sentenceOf({ path, problem }: Flaw): string {
  return `its data${path && ` at ${path}`} is ${problem}. Make plain data of it in 'write', which 'read' gets back, or leave it out.`;
}
