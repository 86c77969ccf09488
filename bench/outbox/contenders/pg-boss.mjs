import { setTimeout as delay } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';

const queue = 'orders';

/** pg-boss: in order by its policy `key_strict_fifo`, with the order's key as singleton key. */
export class PgBossQueue {
  static title = 'pg-boss';
  static modes = { ordered: '`key_strict_fifo`', unordered: 'standard queue' };
  #pool;
  #ordered;
  #boss;
  #isStopping = false;
  #loops = [];

  constructor(pool, { ordered = true } = {}) {
    this.#pool = pool;
    this.#ordered = ordered;
  }

  async install() {
    const { connectionString } = this.#pool.options;
    this.#boss = new PgBoss({ connectionString, useListenNotify: true, schedule: false });
    this.#boss.on('error', (error) => process.stderr.write(`${error.message}\n`));
    await this.#boss.start();
    await this.#boss.createQueue(queue, { policy: this.#ordered ? 'key_strict_fifo' : 'standard', notify: true });
  }

  async publishIn(work, order) {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await work(client);
      const db = { executeSql: (text, values) => client.query(text, values) };
      await this.#boss.send(queue, order, { ...this.#key(order), db });
      await client.query('commit');
    } finally {
      client.release();
    }
  }

  #key({ key }) {
    return this.#ordered ? { singletonKey: key } : {};
  }

  async fill(orders, batches) {
    const client = await this.#pool.connect();
    await client.query('set synchronous_commit = off');
    const db = { executeSql: (text, values) => client.query(text, values) };
    for (const batch of batches(orders)) {
      const jobs = batch.map((order) => ({ data: order, ...this.#key(order) }));
      await this.#boss.insert(queue, jobs, { db });
    }
    await client.query('reset synchronous_commit');
    client.release();
  }

  /** As its documentation has it: polling twice a second, and woken by NOTIFY. */
  async start(handle) {
    await this.#boss.work(
      queue,
      { batchSize: 100, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true },
      async (jobs) => {
        for (const { data } of jobs) await handle(data);
      },
    );
  }

  /** Without its worker's pauses between two polls: the most that its statements can do. */
  async startAtOnce(handle) {
    this.#loops = Array.from({ length: this.#ordered ? 1 : 4 }, () => this.#loop(handle));
  }

  async #loop(handle) {
    while (!this.#isStopping) {
      const jobs = await this.#boss.fetch(queue, { batchSize: 500 });
      if (jobs.length === 0) await delay(5);
      const done = [];
      for (const { id, data } of jobs) {
        try {
          await handle(data);
          done.push(id);
        } catch (error) {
          await this.#boss.fail(queue, id, { message: error.message });
        }
      }
      if (done.length > 0) await this.#boss.complete(queue, done);
    }
  }

  async stop() {
    this.#isStopping = true;
    await Promise.all(this.#loops);
    await this.#boss.stop({ graceful: true, timeout: 5_000 });
  }
}
