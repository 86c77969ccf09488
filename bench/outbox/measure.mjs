// Measures one case with one contender, in a process and a database of its own; prints the values as its last line.
import { Pool } from 'pg';
import { cases } from './cases/index.mjs';
import { contenders } from './contenders/index.mjs';
import { withDatabase } from './server.mjs';
import { sizes } from './sizes.mjs';

const { server, size, caseId, run } = JSON.parse(process.argv[2]);

await withDatabase(server, async (connectionString) => {
  const pool = new Pool({ connectionString, max: 40 });
  pool.on('error', () => undefined);
  const contender = new contenders[run.contender](pool, run);
  await contender.install();
  const values = await cases[caseId].measure({ run, contender, pool, sizes: sizes[size] });
  // Whoever has connections left when the database is dropped may say so as it likes.
  process.on('uncaughtException', () => undefined);
  await contender.stop();
  await pool.end();
  process.stdout.write(`\n${JSON.stringify(values)}\n`);
});
process.exit(0);
