import { heapInUse } from '../support/garbage';
import { openOffice, until, useWorkers } from './office';

useWorkers();

const mebibyte = 2 ** 20;

describe('10,000 deliveries through a pool, of which some fail and some are aborted', () => {
  it('leave memory as it was after the first 2,000, on either thread', async () => {
    const { ask, call, said } = openOffice({ queue: 50, handler: { timeout: 60_000 } });
    const deliver = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += 200) {
        const controller = new AbortController();
        const aborted = call('wait to be aborted', controller.signal);
        const failed = Promise.all(Array.from({ length: 19 }, () => ask('throw an error')));
        const answered = Promise.all(Array.from({ length: 180 }, () => ask('say it', 'x'.repeat(1_000))));
        await until(() => said.includes('waits'));
        controller.abort();
        expect((await aborted).length + (await failed).flat().length).toBe(20);
        expect((await answered).flat()).toEqual([]);
        expect(said.splice(0)).toEqual(['waits', 'heard of AbortError', ...Array<string>(180).fill('say it')]);
      }
    };
    const memory = async (): Promise<{ main: number; worker: number }> => {
      expect(await ask('say its memory')).toEqual([]);
      return { main: await heapInUse(), worker: Number(said.pop()) };
    };
    await deliver(2_000);
    const before = await memory();
    await deliver(8_000);
    const after = await memory();
    const main = (after.main - before.main) / mebibyte;
    const worker = (after.worker - before.worker) / mebibyte;
    process.stdout.write(
      `workers: 8,000 deliveries grew the heap by ${main.toFixed(1)} MiB on the main thread, ${worker.toFixed(1)} MiB in the worker\n`,
    );
    // Ports that stay open keep 4.5 kB of heap each: 36 MiB.
    expect(main).toBeLessThan(4);
    expect(worker).toBeLessThan(4);
  });
});
