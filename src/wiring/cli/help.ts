import { aligned } from '../table.js';
import type { Command } from './command.js';

const exitCodes = `Exit codes:
  0  all is well
  1  the command found what it looks for: a difference, an event that nobody handles
  2  it could not look: a wrong option, a file that does not load
`;

const entry = `<entry> is your composition root: a module that exports a bus, or a function that returns one, as default or by any
name. It is loaded and run. TypeScript takes tsx in your project. Its export 'events', a list of event classes, adds
those that nobody is subscribed to.
`;

/** What `class-events --help` says. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, operand, summary }) => ['', `${name} ${operand}`, summary]);
  return `Usage: class-events <command> [options]

${indented(rows)}
  help <command>, --help, --version

${exitCodes}`;
}

/** What `class-events help wiring` says. */
export function helpFor({ name, operand, summary, options }: Command): string {
  const rows = Object.entries(options).map(([option, { value, description }]) => [
    '',
    `--${option}${value === undefined ? '' : ` ${value}`}`,
    description,
  ]);
  return `Usage: class-events ${name} ${operand} [options]

class-events ${name} ${summary}.

${indented([...rows, ['', '--help', 'this text']])}

${operand === '<entry>' ? `${entry}\n` : ''}${exitCodes}`;
}

function indented(rows: readonly (readonly string[])[]): string {
  return aligned(rows)
    .map((row) => `  ${row}`)
    .join('\n');
}
