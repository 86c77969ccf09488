import type { OutboxProblem } from '../../src/outbox/outbox-problem.js';
import { Upkeep, type UpkeepTask } from '../../src/outbox/relaying/upkeep.js';
import { Deferred } from '../support/deferred.js';

describe('the upkeep of a relay', () => {
  const runs: string[] = [];
  const problems: OutboxProblem[] = [];
  const task = (
    name: string,
    every: number,
    result: () => Promise<boolean | void> | boolean | void = () => undefined,
  ): UpkeepTask => ({
    name,
    every,
    run: async () => {
      runs.push(name);
      return result();
    },
  });
  const upkeepOf = (...tasks: UpkeepTask[]) => new Upkeep(tasks, (problem) => problems.push(problem));
  const ranNames = async (upkeep: Upkeep): Promise<readonly string[]> => {
    runs.length = 0;
    upkeep.beginDue();
    await upkeep.settled();
    return [...runs];
  };

  beforeEach(() => {
    problems.length = 0;
    jest.useFakeTimers();
  });
  afterEach(() => jest.useRealTimers());

  it('runs all tasks at first, and each again when its time has passed', async () => {
    const upkeep = upkeepOf(task('sweep', 1_000), task('prune', 3_000));
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
    const upkeep = upkeepOf(task('prune', 3_000, () => --left > 0));
    expect(await ranNames(upkeep)).toEqual(['prune']);
    expect(await ranNames(upkeep)).toEqual(['prune']);
    expect(await ranNames(upkeep)).toEqual([]);
  });

  it('runs the others while a task does not end, and that one not twice at once', async () => {
    const end = new Deferred();
    const upkeep = upkeepOf(
      task('sweep', 1_000, () => end.promise),
      task('prune', 1_000),
    );
    runs.length = 0;
    upkeep.beginDue();
    await jest.advanceTimersByTimeAsync(1_000);
    upkeep.beginDue();
    expect(runs).toEqual(['sweep', 'prune', 'prune']);
    end.resolve();
    await upkeep.settled();
  });

  it('lets a task rest ten times as long as it took, and tells of a slow one once until it was quick', async () => {
    let takes = 2_000;
    const upkeep = upkeepOf(task('Pruning', 1_000, () => jest.advanceTimersByTime(takes)));
    expect(await ranNames(upkeep)).toEqual(['Pruning']);
    expect(problems).toMatchObject([
      { kind: 'slow', message: expect.stringContaining('Pruning took 2000 ms') as string },
    ]);
    jest.advanceTimersByTime(19_999);
    expect(await ranNames(upkeep)).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(await ranNames(upkeep)).toEqual(['Pruning']);
    expect(problems).toHaveLength(1);
    takes = 1;
    jest.advanceTimersByTime(20_000);
    await ranNames(upkeep);
    takes = 2_000;
    jest.advanceTimersByTime(20_000);
    await ranNames(upkeep);
    expect(problems).toHaveLength(2);
  });

  it('tries a task again that has failed, and tells of it once when it goes on', async () => {
    let isDown = true;
    const upkeep = upkeepOf(
      task('Sweeping', 1_000, () => {
        if (isDown) throw new Error('down');
      }),
      task('prune', 3_000),
    );
    expect(await ranNames(upkeep)).toEqual(['Sweeping', 'prune']);
    // The rounds of the relay tell of an outage.
    expect(problems).toEqual([]);
    for (let time = 0; time < 3; time++) {
      jest.advanceTimersByTime(1_000);
      await ranNames(upkeep);
    }
    expect(problems).toMatchObject([
      { kind: 'unavailable', message: 'Sweeping fails; the relay tries again: Error: down' },
    ]);
    isDown = false;
    jest.advanceTimersByTime(1_000);
    await ranNames(upkeep);
    isDown = true;
    for (let time = 0; time < 2; time++) {
      jest.advanceTimersByTime(1_000);
      await ranNames(upkeep);
    }
    expect(problems).toHaveLength(2);
  });
});
