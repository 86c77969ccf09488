import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { Outbox } from 'class-events/outbox';
import { type PgPool, postgres } from 'class-events/outbox/postgres';
import { Pool } from 'pg';

/** A program that delivers, and whose pool has one connection, and does not tell so. */
async function main(): Promise<void> {
  const pool = new Pool({ connectionString: process.env['SHOP_DATABASE'], max: 1, allowExitOnIdle: true });
  const secretive: PgPool = {
    connect: () => pool.connect(),
    on: (...given: Parameters<Pool['on']>) => pool.on(...given),
  };
  const store = postgres(secretive, { queryTimeout: 1_000 });
  await new Outbox({ bus: new EventBus(), catalog: new EventCatalog(), store, takeoverAfter: 300 }).start();
  process.stdout.write('started');
}

void main();
