import { realpathSync } from 'node:fs';
import { isMainThread, Worker } from 'node:worker_threads';
import type { CommandResult } from './command.js';

// Megabytes, of which only those are taken that are used. A process has one.
const stackSizeMb = 512;

/** What such a thread is given, to be told from one of somebody else's. */
export const onDeepStack = 'class-events/deep-stack';

/**
 * Whether an error says that the stack is full, and a larger one can be had. By its name: it may come from another
 * realm.
 */
export function asksForDeepStack(error: unknown): boolean {
  const { name, message } = Object(error) as Partial<Error>;
  return isMainThread && name === 'RangeError' && String(message).includes('call stack');
}

/** Runs this command once more, in a thread with a larger stack. Rejects with what it fails of there too. */
export function runOnDeepStack(): Promise<CommandResult> {
  const [, file, ...words] = process.argv;
  const options = { argv: words, workerData: onDeepStack, resourceLimits: { stackSizeMb } };
  const thread = new Worker(realpathSync(file!), options);
  return new Promise((resolve, reject) => {
    thread.once('message', resolve).once('error', reject);
    thread.once('exit', (code) => reject(new Error(`A thread with a larger stack ended with ${code}.`)));
  });
}
