import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { postgres } from 'class-events/outbox/postgres';
import { readLedger } from './crash-ledger.js';
import { breakFunctions, type Mutant } from './mutants.js';
import { Process } from './process.js';
import { Random } from './random.js';
import type { Server } from './server.js';
import { createShop } from './crash-shop.js';
import type { Task } from './task.js';
import { type Fault, judge, type Verdict } from './verdict.js';

/** What can be said of a process before it starts. */
export type Order = Partial<Task> & Pick<Task, 'role'>;

// Waiting for longer than this is a violation (I7): the takeover, the longest backoff and the machine's own slowness are far below.
const patience = 30_000;

const pending = `
select (select count(*) from class_events.delivery) + (
  select count(*) from class_events.held h where not exists (
    select from class_events.failure f
    where f.dead_at is not null and f.handler = h.handler and (f.seq = h.seq or f.key = h.key)
  )
) as count`;

/** One scenario on its way: a database of its own, the processes that live in it, and what was done to them. */
export class Trial {
  readonly random: Random;
  readonly database: string;
  /** Asks as the one who is called at night: not through anything that is being harmed. */
  readonly pool: Pool;
  kills = 0;
  #hasFailed = false;
  readonly #folder = mkdtempSync(join(tmpdir(), 'class-events-ledger-'));
  readonly #processes = new Set<Process>();
  readonly #faults: Fault[] = [];
  readonly #violations: string[] = [];

  private constructor(
    readonly server: Server,
    readonly program: string,
    readonly seed: number,
    readonly mutant: Mutant | undefined,
  ) {
    this.random = new Random(seed);
    this.database = `trial_${process.pid}_${Math.random().toString(36).slice(2)}`;
    this.pool = new Pool({ connectionString: server.url(this.database), max: 3 });
    this.pool.on('error', () => undefined);
  }

  static async open(server: Server, program: string, seed: number, mutant: Mutant | undefined): Promise<Trial> {
    const trial = new Trial(server, program, seed, mutant);
    await trial.#withClient('postgres', (client) => client.query(`create database ${trial.database}`));
    await postgres(trial.pool).migrate();
    await trial.#withClient(trial.database, async (client) => {
      await createShop(client);
      await breakFunctions(mutant, client);
    });
    return trial;
  }

  get ledger(): string {
    return join(this.#folder, 'ledger');
  }

  /** Those that live. */
  living(role?: Task['role']): Process[] {
    return [...this.#processes].filter(({ hasEnded, task }) => !hasEnded && (role === undefined || task.role === role));
  }

  /** Starts a process, and waits until it works. `mortal`: nobody wonders when it ends. */
  async start(order: Order, { mortal = order.point !== undefined, execArgv = [] as string[] } = {}): Promise<Process> {
    const url = this.server.url(this.database);
    const seed = this.random.below(2 ** 31);
    const task: Task = { url, ledger: this.ledger, seed, mutant: this.mutant, ...order };
    const process = new Process(this.program, task, execArgv);
    this.#processes.add(process);
    void this.#mourn(process, mortal);
    await process.whenReady;
    return process;
  }

  async #mourn(process: Process, isMortal: boolean): Promise<void> {
    const by = await process.whenEnded;
    if (by === 0) return;
    this.harmed([process]);
    if (isMortal || by === 'SIGKILL') this.kills++;
    else this.violated(`a ${process.task.role} ended by ${by}: ${process.errors.trim()}`);
  }

  /** Starts several. */
  async startAll(...orders: readonly Order[]): Promise<readonly Process[]> {
    return Promise.all(orders.map((order) => this.start(order)));
  }

  /** Until `enough` resolves there is always one such process. */
  async keep(
    order: () => Order,
    enough: Promise<unknown>,
    options?: { mortal?: boolean; execArgv?: string[] },
  ): Promise<void> {
    let isEnough = false;
    void enough.then(() => (isEnough = true));
    while (!isEnough) {
      const process = await this.start(order(), { mortal: true, ...options });
      await Promise.race([process.whenEnded, enough]);
    }
  }

  /** These were not themselves, up to now or a while longer: what they had begun may be begun again. */
  harmed(processes: readonly Process[] = this.living(), afterwards = 0): void {
    for (const { pid } of processes) this.#faults.push({ pid, until: Date.now() + afterwards });
  }

  violated(what: string): void {
    this.#violations.push(what);
  }

  /** Whether it came true in time. */
  async until(isSo: () => Promise<boolean> | boolean, within = patience): Promise<boolean> {
    for (const end = Date.now() + within; Date.now() < end; await delay(25)) if (await isSo()) return true;
    return false;
  }

  async count(query: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(query);
    return Number(rows[0]?.count);
  }

  /** How many events were committed so far. */
  events(): Promise<number> {
    return this.count('select count(*) from shop.movement');
  }

  /** Nothing is published any more, and what waits is delivered by those who live, or by a relay that has had no part in it. */
  async drain(): Promise<void> {
    const writers = this.living('writer');
    for (const writer of writers) writer.end();
    await Promise.all(writers.map(({ whenEnded }) => whenEnded));
    if (this.living('relay').length === 0) await this.start({ role: 'relay', failing: 0 });
    if (this.#hasFailed) return;
    if (!(await this.until(async () => (await this.count(pending)) === 0))) {
      this.#hasFailed = true;
      this.violated(`${await this.count(pending)} deliveries still wait after ${patience} ms`);
    }
  }

  /** Has all end as they should. */
  async endAll(): Promise<void> {
    const processes = this.living();
    for (const process of processes) process.end();
    const all = Promise.all(processes.map(({ whenEnded }) => whenEnded)).then(() => true);
    if (!(await Promise.race([all, delay(15_000, false, { ref: false })]))) this.violated('a process does not end');
  }

  /** Compares. */
  async close(): Promise<Verdict> {
    await this.endAll();
    const lines = readLedger(this.ledger);
    const verdict = await judge(this.pool, lines, this.#faults);
    return { ...verdict, violations: [...this.#violations, ...verdict.violations] };
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    for (const process of this.living()) process.signal('SIGKILL');
    await this.pool.end();
    await this.#withClient('postgres', (client) => client.query(`drop database ${this.database} with (force)`));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #withClient<T>(database: string, run: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: this.server.url(database) });
    await client.connect();
    try {
      return await run(client);
    } finally {
      await client.end();
    }
  }
}
