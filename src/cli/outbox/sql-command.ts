import { CommandError, type GivenOptions, type OptionsCommand } from '../command.js';
import { toOutput } from '../output.js';

/** `class-events outbox sql`: the tables as SQL. */
export const sqlCommand: OptionsCommand = {
  name: 'outbox sql',
  summary: 'prints the SQL that creates the tables in an empty PostgreSQL, for other tools to run',
  options: {
    schema: { type: 'string', value: 'NAME', description: 'another schema than class_events' },
    after: { type: 'string', value: 'N', description: 'the steps after this one alone, for tables that are there' },
    output: { type: 'string', value: 'FILE', description: 'write to a file' },
  },
  async run(_, options) {
    // Otherwise every command would load the SQL.
    const { postgresSql } = await import('../../outbox/postgres/index.js');
    return toOutput(sql(postgresSql, options), options);
  },
};

function sql(sqlOf: (schema?: string, after?: number) => string, { schema, after = '0' }: GivenOptions): string {
  if (!/^\d{1,3}$/.test(String(after)))
    throw new CommandError(`--after takes the number of a step, not ${String(after)}.`);
  try {
    return sqlOf(schema as string | undefined, Number(after));
  } catch (error) {
    throw new CommandError((error as Error).message, { cause: error });
  }
}
