import { textOf } from '../../core/index.js';
import type { Outbox } from '../../outbox/index.js';
import { CommandError } from '../command.js';
import { type ExportKind, loadModule } from '../user-module.js';

/** What the commands ask of an outbox. */
export type OperableOutbox = Pick<
  Outbox,
  'status' | 'erase' | 'deliveries' | 'deadLetters' | 'pause' | 'resume' | 'replay' | 'migrate' | 'store'
>;

const outboxKind: ExportKind<OperableOutbox> = {
  noun: 'outbox',
  plural: 'outboxes',
  itself: 'the Outbox itself',
  is: (value): value is OperableOutbox => {
    if (typeof value !== 'object' || value === null) return false;
    const methods = ['status', 'replay', 'migrate', 'start'] as const;
    return methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function');
  },
};

/**
 * Asks the outbox that a module of the user's exports or makes.
 *
 * @throws CommandError when there is none, and when it, or its database, refuses.
 */
export async function askOutbox<T>(file: string, ask: (outbox: OperableOutbox) => Promise<T>): Promise<T> {
  const { value: outbox } = await loadModule(file, outboxKind);
  try {
    return await ask(outbox);
  } catch (error) {
    const remedy = outbox.store.isUnmigrated(error) ? ` Create its tables: class-events outbox migrate ${file}` : '';
    throw new CommandError(`The outbox of ${file} refused: ${reasonOf(error)}.${remedy}`, { cause: error });
  }
}

/** A connection that was refused at several addresses says so in its parts alone. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return (error instanceof Error ? error.message : textOf(error)).replace(/\.$/, '');
}
