import { writeFile } from 'node:fs/promises';
import { CommandError, type CommandResult, type GivenOptions } from './command.js';

/**
 * Returns the result of a command that made a text. The text goes to the file that the option `output` names, otherwise
 * to standard output.
 *
 * @throws CommandError when the file cannot be written.
 */
export async function toOutput(text: string, { output }: GivenOptions): Promise<CommandResult> {
  if (typeof output !== 'string') return { output: text, exitCode: 0 };
  await writeOutput(output, text);
  return { output: `Wrote ${output}.\n`, exitCode: 0 };
}

/** @throws CommandError when the file cannot be written. */
export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${String(error)}. Give another file with --output.`, {
      cause: error,
    });
  }
}
