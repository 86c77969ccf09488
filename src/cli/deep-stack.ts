import { realpathSync } from 'node:fs';
import { isMainThread, Worker } from 'node:worker_threads';
import type { CommandResult } from './command.js';

// Megabytes. The system takes only as much memory as the stack uses. The stack of a process has about 1 MB.
const stackSizeMb = 512;

/** The data of such a thread. The command knows by it that it runs in its own thread. */
export const onDeepStack = 'class-events/deep-stack';

/**
 * Whether an error says that the stack is full, and a thread may have a larger one. The error is known by its name,
 * because it may come from another realm.
 */
export function asksForDeepStack(error: unknown): boolean {
  const { name, message } = Object(error) as Partial<Error>;
  return isMainThread && name === 'RangeError' && String(message).includes('call stack');
}

/** Runs this command once more, in a thread with a larger stack. Rejects with the error if it fails there too. */
export function runOnDeepStack(): Promise<CommandResult> {
  const [, file, ...words] = process.argv;
  const options = { argv: words, workerData: onDeepStack, resourceLimits: { stackSizeMb } };
  const thread = new Worker(realpathSync(file!), options);
  return new Promise((resolve, reject) => {
    thread.once('message', resolve).once('error', reject);
    thread.once('exit', (code) => reject(new Error(`A thread with a larger stack ended with ${code}.`)));
  });
}
