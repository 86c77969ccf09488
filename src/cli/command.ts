/** One option of a command, as `--help` shows it. */
interface CommandOption {
  readonly type: 'string' | 'boolean';
  /** What a string option takes, for the help: `NAME`. */
  readonly value?: string;
  readonly description: string;
}

/** What was given on the command line; an option that was left out is undefined. */
export type GivenOptions = Readonly<Record<string, string | boolean | undefined>>;

/** What a command prints, and how it ends. */
export interface CommandResult {
  /** For standard output. */
  readonly output: string;
  /** 0: all is well; 1: the command found what it looks for (a difference, an event that nobody handles). */
  readonly exitCode: 0 | 1;
}

interface CommandHead {
  /** The words after `class-events`: one, or two. */
  readonly name: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, CommandOption>>;
}

/** A command that takes one operand besides its options. */
export interface OperandCommand extends CommandHead {
  /** The operand as the help names it: `<entry>`. */
  readonly operand: '<entry>' | '<tsconfig>' | '<outbox>';
  /** @throws CommandError for what the user can put right. */
  run(operand: string, options: GivenOptions): Promise<CommandResult>;
}

/** A command that takes options alone. */
export interface OptionsCommand extends CommandHead {
  readonly operand?: undefined;
  /** @throws CommandError for what the user can put right. */
  run(operand: undefined, options: GivenOptions): Promise<CommandResult>;
}

/** A command of `class-events`, as a value. */
export type Command = OperandCommand | OptionsCommand;

/** A problem that the user can put right: printed as one line, without a stack. The command ends with exit code 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
