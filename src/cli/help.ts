import { alignColumns } from '../wiring/align-columns.js';
import type { Command } from './command.js';

const exitCodes = `Exit codes:
  0  all is well
  1  the command found what it looks for: a difference, an event that nobody handles
  2  it could not look: a wrong option, a file that does not load
`;

const entry = `<entry> is your composition root: a module that exports a bus, or a function that returns one, as default or by any
name. It is loaded and run. TypeScript takes tsx in your project. Its export 'events', a list of event classes, adds
those that nobody is subscribed to. A NestJS module, exported as default or as 'module', stands for its application:
nothing of it is built, so nothing connects to a database.
`;

const outbox = `<outbox> is a module that exports an Outbox, or a function that returns one, as default or by any name. It is loaded
and run, so it must not start the outbox by itself. TypeScript takes tsx in your project.
`;

const operands: Readonly<Record<string, string>> = { '<entry>': `${entry}\n`, '<outbox>': `${outbox}\n` };

/** What `class-events --help` says. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, operand, summary }) => ['', [name, operand].filter(Boolean).join(' '), summary]);
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
  return `Usage: class-events ${[name, operand, '[options]'].filter(Boolean).join(' ')}

class-events ${name} ${summary}.

${indented([...rows, ['', '--help', 'this text']])}

${operands[operand ?? ''] ?? ''}${exitCodes}`;
}

function indented(rows: readonly (readonly string[])[]): string {
  return alignColumns(rows)
    .map((row) => `  ${row}`)
    .join('\n');
}
