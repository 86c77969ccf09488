import { writeFile } from 'node:fs/promises';
import { CommandError, type CommandResult, type GivenOptions } from './command.js';

/** What a command made, for standard output, or for the file that the user named. */
export async function delivered(text: string, { output }: GivenOptions): Promise<CommandResult> {
  if (typeof output !== 'string') return { output: text, exitCode: 0 };
  await written(output, text);
  return { output: `Wrote ${output}.\n`, exitCode: 0 };
}

/** @throws CommandError when the file cannot be written. */
export async function written(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${String(error)}. Give another file with --output.`, {
      cause: error,
    });
  }
}
