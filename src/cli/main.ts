#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { Answer } from './answer.js';
import { runCommandLine } from './command-line.js';
import { onDeepStack } from './deep-stack.js';

/** The version in the package.json of the package that this file is part of. */
function version(): string {
  const require = createRequire(realpathSync(process.argv[1]!));
  return (require('class-events/package.json') as { version: string }).version;
}

const run = (): ReturnType<typeof runCommandLine> => runCommandLine(process.argv.slice(2), version);

if (parentPort && workerData === onDeepStack) {
  // The thread that started this one hears of a rejection by itself.
  const port = parentPort;
  void run().then((result) => port.postMessage(result));
} else {
  const answer = new Answer(process);
  run()
    .then((result) => answer.give(result))
    .catch(answer.fail);
}
