import { setTimeout as delay } from 'node:timers/promises';
import { postgresSql } from 'class-events/outbox/postgres';
import { Client } from 'pg';
import { type Postgres, startPostgres } from '../domain/databases/postgres.js';
import { classEvents, type Ended } from '../cli/command.js';
import { shop } from './cli-entries/shop.js';

/** The module that the commands are given. */
export const shopFile = 'tests/outbox/cli-entries/shop.ts';

let postgres: Postgres;
const running: ReturnType<typeof shop>[] = [];

/** The database of the shop. */
export const shopDatabase = (): string => postgres.url;

/** Runs `class-events outbox` on the shop. */
export const command = (name: string, ...options: string[]): Promise<Ended> =>
  classEvents(['outbox', name, shopFile, ...options], { SHOP_DATABASE: postgres.url });

/** What a command prints with --json, which has to succeed. */
export async function json<T>(name: string, ...options: string[]): Promise<T> {
  const { code, output, errors } = await command(name, '--json', ...options);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return JSON.parse(output) as T;
}

/** A shop with a relay, until the test ends. */
export async function openShop(...refuses: string[]): Promise<ReturnType<typeof shop>> {
  const opened = shop(postgres.url, refuses);
  running.push(opened);
  await opened.outbox.start();
  return opened;
}

async function closeShops(): Promise<void> {
  for (const { outbox, end } of running.splice(0)) {
    await outbox.stop();
    await end();
  }
}

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await isSo());) {
    if (Date.now() > end) throw new Error('It did not come true.');
    await delay(20);
  }
}

/** Three dead letters, the first with two followers; nobody delivers any more. */
export async function threeDead(): Promise<void> {
  const { outbox, place } = await openShop('o-1', 'o-2', 'o-3');
  await place('o-1', 'o-2', 'o-1', 'o-1', 'o-3');
  await until(async () => (await outbox.deadLetters.list()).length === 3);
  await until(async () => (await outbox.deadLetters.list({ key: 'order:o-1' }))[0]?.followers === 2);
  await closeShops();
}

/** Gives the tests of a file a database, whose tables are empty before each. */
export function withShopDatabase(): void {
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query('drop schema if exists class_events cascade');
    await client.query(postgresSql());
    await client.end();
  });
  afterEach(closeShops);
}
