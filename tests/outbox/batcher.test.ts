import { setImmediate as turn } from 'node:timers/promises';
import { Batcher } from '../../src/outbox/relaying/batcher.js';
import { rejectionOf } from '../support/rejection.js';

describe('a batcher', () => {
  it('shares one statement among calls in a row, and the next one among calls made while it runs', async () => {
    const batches: (readonly string[])[] = [];
    const batcher = new Batcher<string, string>(async (items) => {
      batches.push(items);
      await turn();
      return items.map((item) => item.toUpperCase());
    });
    const first = [batcher.add('a'), batcher.add('b')];
    await Promise.resolve();
    const second = [batcher.add('c'), batcher.add('d')];
    expect(await Promise.all([...first, ...second])).toEqual(['A', 'B', 'C', 'D']);
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('rejects the calls of a batch that fails, and no others', async () => {
    let isDown = true;
    const batcher = new Batcher<string, string>(async (items) => {
      if (isDown) throw new Error('down');
      return items;
    });
    expect(await rejectionOf(batcher.add('a'))).toEqual(new Error('down'));
    isDown = false;
    expect(await batcher.add('b')).toBe('b');
  });
});
