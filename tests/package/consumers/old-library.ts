// A consumer whose target brings no library beyond ES2018. Compiled, never run.
import { type EventBus, PublishError } from 'class-events';
import { AfterCommitError } from 'class-events/domain';
import { RemotePublishError } from 'class-events/workers/web';

/** Loads the declarations of the modules that run everywhere: each name of theirs has to be known. */
export type * as catalog from 'class-events/catalog';
export type * as outbox from 'class-events/outbox';
export type * as postgres from 'class-events/outbox/postgres';
export type * as testing from 'class-events/testing';
export type * as wiring from 'class-events/wiring';

type Read = [message: string, errors: readonly unknown[], stack: string | undefined];

export async function failuresOf(bus: EventBus): Promise<Read | undefined> {
  try {
    await bus.publish(new Date());
    return undefined;
  } catch (error) {
    if (error instanceof PublishError) return [error.message, error.errors, error.stack];
    if (error instanceof AfterCommitError) return [error.message, error.errors, error.stack];
    if (error instanceof RemotePublishError) return [error.message, error.errors, error.stack];
    throw error;
  }
}

export function disposable(bus: EventBus): Disposable & AsyncDisposable {
  const group = bus.register({});
  return { [Symbol.dispose]: () => group[Symbol.dispose](), [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose]() };
}
