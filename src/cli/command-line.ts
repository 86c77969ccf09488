import { parseArgs } from 'node:util';
import { checkCommand } from './check-command.js';
import { type Command, CommandError, type CommandResult, type GivenOptions } from './command.js';
import { explainCommand } from './explain-command.js';
import { helpFor, overview } from './help.js';
import { lockCommand } from './lock-command.js';
import { outboxCommands } from './outbox/outbox-commands.js';
import { scanCommand } from './scan-command.js';
import { wiringCommand } from './wiring-command.js';

const commands: readonly Command[] = [
  wiringCommand,
  explainCommand,
  lockCommand,
  checkCommand,
  scanCommand,
  ...outboxCommands,
];

/**
 * Does what a command line asks for.
 *
 * @throws CommandError for what the user can put right.
 */
export async function runCommandLine(words: readonly string[], version: () => string): Promise<CommandResult> {
  const [word, ...rest] = words;
  if (word === undefined || word === '--help' || word === '-h') return told(overview(commands));
  if (word === '--version' || word === '-v') return told(`${version()}\n`);
  if (word === 'help') return told(helpOn(rest));
  if (isGroup(words)) return told(helpOn(words));
  const command = commandIn(words);
  const { values, positionals } = parsed(command, words.slice(command.name.split(' ').length));
  if (values['help'] === true) return told(helpFor(command));
  return command.run(operandOf(command, positionals), values);
}

/** Of the first words, all commands that begin with them are meant, if there is more to each of their names. */
function isGroup(words: readonly string[]): boolean {
  const named = words.filter((word) => word !== '--help' && word !== '-h').join(' ');
  return commands.some(({ name }) => name.startsWith(`${named} `));
}

function helpOn(words: readonly string[]): string {
  if (!isGroup(words)) return words.length === 0 ? overview(commands) : helpFor(commandIn(words));
  return overview(commands.filter(({ name }) => name.startsWith(`${words[0]} `)));
}

function commandIn(words: readonly string[]): Command {
  const command = commands.find(({ name }) => name.split(' ').every((word, place) => words[place] === word));
  if (command) return command;
  const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
  const [wanted, others] = group.length > 0 ? [words.slice(0, 2).join(' '), group] : [words[0], commands];
  const names = others.map(({ name }) => name).join(', ');
  throw new CommandError(`There is no command ${wanted}. The commands are ${names}; see class-events --help.`);
}

/** @throws CommandError when there are more or fewer words than the command takes. */
function operandOf(command: Command, [operand, ...surplus]: readonly string[]): string {
  const { name, operand: wanted } = command;
  if (wanted === undefined) {
    if (operand !== undefined) throw usageError(command, `${name} takes options alone, not ${operand}.`);
    return '';
  }
  if (operand === undefined) throw usageError(command, `${name} needs ${wanted}.`);
  if (surplus[0] !== undefined) throw usageError(command, `${name} takes one ${wanted}, not ${surplus[0]} too.`);
  return operand;
}

function parsed(command: Command, words: readonly string[]): { values: GivenOptions; positionals: string[] } {
  const given = Object.entries(command.options).map(([name, { type }]) => [name, { type }] as const);
  const options = { ...Object.fromEntries(given), help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    // Its messages end in advice of their own about positional arguments.
    const [message = ''] = (error as Error).message.split(/\. (?=To specify)/);
    throw usageError(command, `${message.replace(/\.$/, '')}.`);
  }
}

function usageError({ name }: Command, problem: string): CommandError {
  return new CommandError(`${problem} See class-events help ${name}.`);
}

function told(output: string): CommandResult {
  return { output, exitCode: 0 };
}
