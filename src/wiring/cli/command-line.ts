import { parseArgs } from 'node:util';
import { checkCommand } from './check.js';
import { type Command, CommandError, type CommandResult, type GivenOptions } from './command.js';
import { explainCommand } from './explain.js';
import { helpFor, overview } from './help.js';
import { lockCommand } from './lock.js';
import { scanCommand } from './scan.js';
import { wiringCommand } from './wiring.js';

const commands: readonly Command[] = [wiringCommand, explainCommand, lockCommand, checkCommand, scanCommand];

/**
 * Does what a command line asks for.
 *
 * @throws CommandError for what the user can put right.
 */
export async function runCommandLine(words: readonly string[], version: () => string): Promise<CommandResult> {
  const [word, ...rest] = words;
  if (word === undefined || word === '--help' || word === '-h') return told(overview(commands));
  if (word === '--version' || word === '-v') return told(`${version()}\n`);
  if (word === 'help') return told(rest[0] === undefined ? overview(commands) : helpFor(commandCalled(rest[0])));
  const command = commandCalled(word);
  const { values, positionals } = parsed(command, rest);
  if (values['help'] === true) return told(helpFor(command));
  const [operand, surplus] = positionals;
  if (operand === undefined) throw usageError(command, `${command.name} needs ${command.operand}.`);
  if (surplus !== undefined)
    throw usageError(command, `${command.name} takes one ${command.operand}, not ${surplus} too.`);
  return command.run(operand, values);
}

function commandCalled(word: string): Command {
  const command = commands.find(({ name }) => name === word);
  if (command) return command;
  const names = commands.map(({ name }) => name).join(', ');
  throw new CommandError(`There is no command ${word}. The commands are ${names}; see class-events --help.`);
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
