/** One option of a command, as `--help` shows it. */
interface CommandOption {
  readonly type: 'string' | 'boolean';
  /** What a string option takes, for the help: `NAME`. */
  readonly value?: string;
  readonly description: string;
}

/** What was given on the command line; an option that was left out is undefined. */
export type GivenOptions = Readonly<Record<string, string | boolean | undefined>>;

/** What a command came to. */
export interface CommandResult {
  /** For standard output. */
  readonly output: string;
  /** 0: all is well; 1: the command found what it looks for (a difference, an event that nobody handles). */
  readonly exitCode: 0 | 1;
}

/** What stands after `class-events`: a word, or two. */
export interface Command {
  readonly name: string;
  /**
   * The one thing that it takes besides options, as the help names it: `<entry>`. Without it the command takes none.
   */
  readonly operand?: '<entry>' | '<tsconfig>' | '<outbox>';
  readonly summary: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** @throws CommandError for what the user can put right. The operand is empty where there is none. */
  run(operand: string, options: GivenOptions): Promise<CommandResult>;
}

/** What the user can put right: printed as one line, without a stack; the command ends with exit code 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
