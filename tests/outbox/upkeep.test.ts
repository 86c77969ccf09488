import { rejectionOf } from '../support/rejection.js';
import { Upkeep } from '../../src/outbox/relaying/upkeep.js';

describe('the upkeep of a relay', () => {
  const runs: string[] = [];
  const task = (name: string, every: number, result: () => boolean | void = () => undefined) => ({
    every,
    run: async () => {
      runs.push(name);
      return result();
    },
  });
  const ranNames = async (upkeep: Upkeep): Promise<readonly string[]> => {
    runs.length = 0;
    await upkeep.runDue();
    return [...runs];
  };

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs all tasks at first, in their order, and each again when its time has passed', async () => {
    const upkeep = new Upkeep([task('sweep', 1_000), task('prune', 3_000)]);
    expect(await ranNames(upkeep)).toEqual(['sweep', 'prune']);
    jest.advanceTimersByTime(999);
    expect(await ranNames(upkeep)).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(await ranNames(upkeep)).toEqual(['sweep']);
    jest.advanceTimersByTime(2_000);
    expect(await ranNames(upkeep)).toEqual(['sweep', 'prune']);
  });

  it('runs a task again at once that has more to do', async () => {
    let left = 2;
    const upkeep = new Upkeep([task('prune', 3_000, () => --left > 0)]);
    expect(await ranNames(upkeep)).toEqual(['prune']);
    expect(await ranNames(upkeep)).toEqual(['prune']);
    expect(await ranNames(upkeep)).toEqual([]);
  });

  it('runs a task again that has failed, and those after it', async () => {
    let isDown = true;
    const sweep = task('sweep', 1_000, () => {
      if (isDown) throw new Error('down');
    });
    const upkeep = new Upkeep([sweep, task('prune', 3_000)]);
    expect(await rejectionOf(upkeep.runDue())).toEqual(new Error('down'));
    isDown = false;
    expect(await ranNames(upkeep)).toEqual(['sweep', 'prune']);
  });
});
