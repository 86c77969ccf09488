import { EventBus, type HandlerOptions, type PublishOptions } from 'class-events';
import { type EventCatalog } from 'class-events/catalog';
import { inWorker, type InWorkerOptions, WorkerPool, type WorkerPoolOptions } from 'class-events/workers';
import { Asked, catalogOf, Said } from './fixtures/catalog';
import { WorkerModules } from './worker-modules';

/** A bus, a pool, and what workers said. */
export interface Office {
  readonly bus: EventBus;
  readonly pool: WorkerPool;
  readonly catalog: EventCatalog;
  readonly said: unknown[];
  /** Publishes, and resolves with the failures. */
  readonly ask: (what: string, data?: unknown) => Promise<unknown[]>;
  /** The same by a handler that calls the one in the worker. */
  readonly call: (what: string, signal?: AbortSignal) => Promise<unknown[]>;
  /** Not to be closed any more: it was, or it is to stay as it is. */
  readonly leave: () => void;
}

interface OfficeOptions extends Partial<WorkerPoolOptions>, Pick<InWorkerOptions<Asked>, 'transfer'> {
  readonly handler?: HandlerOptions<Asked>;
  /** Of the fixtures: the module with the handler. */
  readonly module?: string;
}

let modules: WorkerModules;
const opened: Office[] = [];

/** Compiles the worker modules once for a file, and closes what its tests opened. */
export function useWorkers(): void {
  beforeAll(() => void (modules = new WorkerModules()));
  afterEach(async () => {
    for (const { bus, pool } of opened.splice(0)) {
      await bus.close({ timeout: 10_000 });
      await pool.close({ timeout: 10_000 });
    }
  });
  afterAll(() => modules.remove());
}

export const moduleUrl = (name: string): URL => modules.url(name);

async function failuresOf(bus: EventBus, event: object, options?: PublishOptions): Promise<unknown[]> {
  const { failures } = await bus.publishSettled(event, options);
  return failures.map(({ reason }) => reason);
}

/** Opens an office of one thread, unless it is told otherwise. */
export function openOffice({ handler, transfer, module = 'deeds', ...options }: OfficeOptions = {}): Office {
  const bus = new EventBus();
  const catalog = catalogOf();
  const pool = new WorkerPool({ catalog, bus, threads: 1, ...options });
  const said: unknown[] = [];
  bus.subscribe(Said, (event) => void said.push(event.what), { name: 'listener' });
  bus.subscribe(Asked, inWorker(moduleUrl(module), { pool, ...(transfer && { transfer }) }), handler);
  const ask = (what: string, data?: unknown): Promise<unknown[]> => failuresOf(bus, new Asked(what, data));
  const call = (what: string, signal?: AbortSignal): Promise<unknown[]> => {
    const caller = new EventBus();
    const handler = inWorker<Asked>(moduleUrl(module), { pool });
    caller.subscribe(Asked, async (event, context) => handler(event, context));
    return failuresOf(caller, new Asked(what), { signal });
  };
  const leave = (): void => void opened.splice(opened.indexOf(office), 1);
  const office = { bus, pool, catalog, said, ask, call, leave };
  opened.push(office);
  return office;
}

/** Looks again in each turn of the event loop until the condition holds; the test's own timeout ends that. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((next) => setTimeout(next, 1));
}
