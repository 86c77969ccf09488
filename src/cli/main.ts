#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CommandError } from './command.js';
import { runCommandLine } from './command-line.js';

/** The version in the package.json of the package that this file is part of. */
function version(): string {
  const require = createRequire(realpathSync(process.argv[1]!));
  return (require('class-events/package.json') as { version: string }).version;
}

/** The user's module may hold timers and sockets, so the process is ended, when all that was written has left it. */
function end(exitCode: number, stream: NodeJS.WriteStream, text: string): void {
  // The reader may have enough before the end (`| head`).
  stream.on('error', () => process.exit(exitCode));
  stream.write(text, () => process.exit(exitCode));
}

function fail(error: unknown): void {
  const problem =
    error instanceof CommandError
      ? error.message
      : `${String(error)}. Run the entry by itself to see where; if that works, the fault is in class-events: please report it.`;
  end(2, process.stderr, `class-events: ${problem.replaceAll(/\s*\n\s*/g, ' ')}\n`);
}

process.on('uncaughtException', fail);
process.once('beforeExit', () =>
  fail(new CommandError('The entry waits for something that never comes, so there is nothing to look at.')),
);
runCommandLine(process.argv.slice(2), version).then(
  ({ output, exitCode }) => end(exitCode, process.stdout, output),
  fail,
);
