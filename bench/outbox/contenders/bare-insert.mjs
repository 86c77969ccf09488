/** No outbox at all: the business insert alone. */
export class BareInsert {
  #pool;

  constructor(pool) {
    this.#pool = pool;
  }

  async publishIn(work) {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
    } finally {
      client.release();
    }
  }
}
