import { type Command, CommandError } from '../command.js';
import { delivered } from '../output.js';

/** `class-events outbox sql`: the tables as SQL. */
export const sqlCommand: Command = {
  name: 'outbox sql',
  summary: 'prints the SQL that creates the tables in an empty PostgreSQL, for other tools to run',
  options: {
    schema: { type: 'string', value: 'NAME', description: 'another schema than class_events' },
    output: { type: 'string', value: 'FILE', description: 'write to a file' },
  },
  async run(_, options) {
    // Asked for by this command alone.
    const { postgresSql } = await import('../../../outbox/postgres/index.js');
    return delivered(sql(postgresSql, options['schema'] as string | undefined), options);
  },
};

function sql(sqlOf: (schema?: string) => string, schema: string | undefined): string {
  try {
    return sqlOf(schema);
  } catch (error) {
    throw new CommandError((error as Error).message, { cause: error });
  }
}
