import { classNameOf, describe, isThenable, textOf } from '../../core/index.js';
import { OutboxError } from '../outbox-errors.js';
import type { OutboxTracing } from '../outbox-tracing.js';
import type { PublishingStore } from '../store/publishing-store.js';

/** Where headers come from, and what keeps them. */
export interface HeaderSources {
  readonly headers?: ((event: object) => Readonly<Record<string, string | undefined>>) | undefined;
  readonly tracing?: OutboxTracing | undefined;
  readonly store: PublishingStore;
}

// Bytes of JSON. They are read with each delivery of the event; what is larger belongs into the event.
const longest = 8_192;

/** The headers of events that are being published: those of the application, and those of the tracing. */
export class EventHeaders {
  readonly #sources: HeaderSources;

  constructor(sources: HeaderSources) {
    this.#sources = sources;
  }

  /** @throws OutboxError for headers that are none, or that cannot be kept. */
  of(event: object, name: string, id: string): Readonly<Record<string, string>> {
    const { headers, tracing, store } = this.#sources;
    const about = `${classNameOf(event)} (${name}) cannot be kept in the outbox: `;
    const own = headers && askedFor(() => headers(event), `${about}the option 'headers'`);
    const traced = tracing && askedFor(() => tracing.headers({ name, event: id }), `${about}'headers' of its tracing`);
    const all = Object.fromEntries([...(own ?? []), ...(traced ?? [])]);
    const json = JSON.stringify(all);
    const part = store.unstorablePart(json);
    if (part !== undefined) throw new OutboxError(`${about}its headers hold ${part}.`);
    const length = Buffer.byteLength(json);
    if (length <= longest) return all;
    throw new OutboxError(
      `${about}its headers have ${length} bytes, and may have ${longest}. Put what is large into the event.`,
    );
  }
}

/** Returns the headers of one source, without those that are undefined. */
function askedFor(ask: () => unknown, about: string): readonly (readonly [name: string, value: string])[] {
  let answer: unknown;
  try {
    answer = ask();
  } catch (cause) {
    throw new OutboxError(`${about} threw ${textOf(cause)}`, { cause });
  }
  if (isThenable(answer)) {
    // It has failed of being a promise. Its rejection would end the process besides.
    Promise.resolve(answer).catch(() => undefined);
    throw new OutboxError(`${about} returned a promise. It has to be sync.`);
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new OutboxError(`${about} returned ${kindOf(answer)}. It has to return an object of strings.`);
  }
  const given = Object.entries(answer as Record<string, unknown>).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (typeof value === 'string') continue;
    throw new OutboxError(
      `${about} returned ${kindOf(value)} as '${name}'. Each header is a string, or undefined for none.`,
    );
  }
  return given as [string, string][];
}

/** What it is, and not what it says. */
function kindOf(value: unknown): string {
  return typeof value === 'object' || typeof value === 'undefined' ? describe(value) : `a ${typeof value}`;
}
