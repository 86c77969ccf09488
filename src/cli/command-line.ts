import { parseArgs } from 'node:util';
import { checkCommand } from './check-command.js';
import {
  type Command,
  CommandError,
  type CommandResult,
  type GivenOptions,
  type OperandCommand,
  type OptionsCommand,
} from './command.js';
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
 * Runs the command that a command line names.
 *
 * @throws CommandError for what the user can put right.
 */
export async function runCommandLine(words: readonly string[], version: () => string): Promise<CommandResult> {
  const [word, ...rest] = words;
  if (word === undefined || word === '--help' || word === '-h') return success(overview(commands));
  if (word === '--version' || word === '-v') return success(`${version()}\n`);
  if (word === 'help') return success(helpOn(rest));
  if (isGroup(words)) return success(helpOn(words));
  const command = commandIn(words);
  const { values, positionals } = parseOptions(command, words.slice(command.name.split(' ').length));
  if (values['help'] === true) return success(helpFor(command));
  return command.operand === undefined
    ? command.run(noOperand(command, positionals), values)
    : command.run(operandOf(command, positionals), values);
}

/** Returns whether the words name a group of commands: `outbox`. The name of each of its commands goes on. */
function isGroup(words: readonly string[]): boolean {
  const group = words.filter((word) => word !== '--help' && word !== '-h').join(' ');
  return commands.some(({ name }) => name.startsWith(`${group} `));
}

function helpOn(words: readonly string[]): string {
  if (!isGroup(words)) return words.length === 0 ? overview(commands) : helpFor(commandIn(words));
  return overview(commands.filter(({ name }) => name.startsWith(`${words[0]} `)));
}

function commandIn(words: readonly string[]): Command {
  const command = commands.find(({ name }) => name.split(' ').every((word, place) => words[place] === word));
  if (command) return command;
  const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
  const [unknown, choices] = group.length > 0 ? [words.slice(0, 2).join(' '), group] : [words[0], commands];
  const names = choices.map(({ name }) => name).join(', ');
  throw new CommandError(`There is no command ${unknown}. The commands are ${names}; see class-events --help.`);
}

/** @throws CommandError unless there is exactly one operand. */
function operandOf(command: OperandCommand, [operand, second]: readonly string[]): string {
  const { name, operand: placeholder } = command;
  if (operand === undefined) throw usageError(command, `${name} needs ${placeholder}.`);
  if (second !== undefined) throw usageError(command, `${name} takes one ${placeholder}, not ${second} too.`);
  return operand;
}

/** @throws CommandError if there is an operand. */
function noOperand(command: OptionsCommand, [operand]: readonly string[]): undefined {
  if (operand !== undefined) throw usageError(command, `${command.name} takes options alone, not ${operand}.`);
}

function parseOptions(command: Command, words: readonly string[]): { values: GivenOptions; positionals: string[] } {
  const types = Object.entries(command.options).map(([name, { type }]) => [name, { type }] as const);
  const options = { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } } as const;
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

function success(output: string): CommandResult {
  return { output, exitCode: 0 };
}
