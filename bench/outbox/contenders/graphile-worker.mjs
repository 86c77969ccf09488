import { Logger, makeWorkerUtils, run } from 'graphile-worker';

const logger = new Logger(() => () => undefined);

/** graphile-worker: in order by a named queue for each key. */
export class GraphileWorker {
  static title = 'graphile-worker';
  static modes = { ordered: 'named queues', unordered: 'no queue names' };
  #pool;
  #ordered;
  #utils;
  #runner;

  constructor(pool, { ordered = true } = {}) {
    this.#pool = pool;
    this.#ordered = ordered;
  }

  async install() {
    this.#utils = await makeWorkerUtils({ connectionString: this.#pool.options.connectionString, logger });
    await this.#utils.migrate();
  }

  async publishIn(work, order) {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await work(client);
      const add = 'select graphile_worker.add_job($1, $2::json, queue_name := $3)';
      await client.query(add, ['handle', JSON.stringify(order), this.#ordered ? order.key : null]);
      await client.query('commit');
    } finally {
      client.release();
    }
  }

  async fill(orders, batches) {
    for (const batch of batches(orders)) {
      await this.#utils.addJobs(
        batch.map((order) => ({
          identifier: 'handle',
          payload: order,
          ...(this.#ordered && { queueName: order.key }),
        })),
      );
    }
  }

  async start(handle) {
    await this.#run(handle, { concurrentJobs: 20 });
  }

  /** With its batching, which its documentation recommends for high rates. */
  async startAtOnce(handle) {
    const batching = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
    await this.#run(handle, { concurrentJobs: 50, ...batching });
  }

  async #run(handle, worker) {
    const { connectionString } = this.#pool.options;
    const preset = { worker: { connectionString, maxPoolSize: 24, pollInterval: 100, logger, ...worker } };
    this.#runner = await run({ preset, noHandleSignals: true, taskList: { handle: async (order) => handle(order) } });
  }

  async stop() {
    await this.#runner?.stop();
    await this.#utils.release();
  }
}
