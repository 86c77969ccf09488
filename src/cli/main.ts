#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Answer } from './answer.js';
import { runCommandLine } from './command-line.js';

/** The version in the package.json of the package that this file is part of. */
function version(): string {
  const require = createRequire(realpathSync(process.argv[1]!));
  return (require('class-events/package.json') as { version: string }).version;
}

const answer = new Answer(process);
runCommandLine(process.argv.slice(2), version)
  .then((result) => answer.give(result))
  .catch(answer.fail);
