import { EventCatalog } from '../../build/esm/catalog/index.js';
import { transactional } from '../../build/esm/domain/index.js';
import { EventBus } from '../../build/esm/index.js';
import { Outbox } from '../../build/esm/outbox/index.js';
import { postgres } from '../../build/esm/outbox/postgres/index.js';
import { OrderPlaced } from '../order-placed.mjs';

const handlerId = 'bench.handle';

/** This package. Ordered is its default. */
export class ClassEvents {
  static title = 'class-events';
  static modes = { ordered: 'ordered handler', unordered: '`ordered: false`' };
  #pool;
  #ordered;
  #bus = new EventBus();
  #outbox;
  #handle = () => undefined;

  constructor(pool, { ordered = true } = {}) {
    this.#pool = pool;
    this.#ordered = ordered;
  }

  async install() {
    const catalog = new EventCatalog().add(OrderPlaced, {
      name: 'order.placed',
      key: ({ key }) => key,
      read: ({ key, number, sentAt }) => new OrderPlaced(key, number, sentAt),
    });
    this.#outbox = new Outbox({
      bus: this.#bus,
      catalog,
      store: postgres(this.#pool),
      handlers: { [handlerId]: { ordered: this.#ordered, concurrency: 100 } },
      onProblem: ({ kind, message }) => kind === 'dead letter' || process.stderr.write(`${message}\n`),
    });
    this.#bus.subscribe(OrderPlaced, async (event) => this.#handle(event), { durable: handlerId });
    await this.#outbox.migrate();
    this.publishIn = this.#publishIn();
  }

  #publishIn() {
    const unitOfWork = transactional(this.#bus, async (run) => {
      const client = await this.#pool.connect();
      try {
        await client.query('begin');
        const value = await run(client);
        await client.query('commit');
        return value;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    });
    return (work, order) =>
      unitOfWork(async (client) => {
        await work(client);
        await this.#bus.publish(order);
      });
  }

  /** A backlog, written as fast as it goes: in transactions of many, whose order counts. */
  async fill(orders) {
    for (let start = 0; start < orders.length; start += 1000) {
      const unit = transactional(this.#bus, async (run) => {
        const client = await this.#pool.connect();
        await client.query('begin; set local synchronous_commit = off');
        await run(client);
        await client.query('commit');
        client.release();
      });
      await unit(async () => {
        for (const order of orders.slice(start, start + 1000)) await this.#bus.publish(order);
      });
    }
  }

  async start(handle) {
    this.#handle = handle;
    await this.#outbox.start();
  }

  async stop() {
    await this.#outbox.stop();
  }
}
