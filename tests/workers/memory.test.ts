import { gc, nextTask } from '../core/garbage';
import { openOffice, until, useWorkers } from './office';

useWorkers();

/** Bytes of the heap and of the whole process when there is no garbage; RSS has the worker's memory in it too. */
async function memory(): Promise<{ heap: number; rss: number }> {
  for (let round = 0; round < 5; round++) {
    await nextTask();
    gc();
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

const mebibyte = 2 ** 20;

describe('10,000 deliveries through a pool', () => {
  it('leave memory as it was after the first 2,000', async () => {
    const { ask, said } = openOffice({ threads: 2, queue: 50, handler: { timeout: 60_000 } });
    const deliver = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += 200) {
        const failures = await Promise.all(Array.from({ length: 200 }, () => ask('say it', 'x'.repeat(1_000))));
        expect(failures.flat()).toEqual([]);
        expect(said.splice(0)).toHaveLength(200);
      }
      await until(() => said.length === 0);
    };
    await deliver(2_000);
    const before = await memory();
    await deliver(8_000);
    const after = await memory();
    const grown = { heap: (after.heap - before.heap) / mebibyte, rss: (after.rss - before.rss) / mebibyte };
    process.stdout.write(
      `workers: 8,000 deliveries grew the heap by ${grown.heap.toFixed(1)} MiB, RSS by ${grown.rss.toFixed(1)} MiB\n`,
    );
    // Ports that stay open keep 4.5 kB of heap each: 36 MiB.
    expect(grown.heap).toBeLessThan(4);
    expect(grown.rss).toBeLessThan(60);
  }, 120_000);
});
