import { setTimeout as delay } from 'node:timers/promises';
import type { BucketAssignment } from 'class-events/outbox';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { until } from './ledger.js';
import { Random } from './crash/random.js';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
afterAll(() => database.close());

const takeoverAfter = 1_000;
const handlers = ['a', 'b', 'c', 'd'];

/** A relay that serves some handlers, and gives excess buckets back as soon as it is told. */
class Member {
  #assignment: BucketAssignment | undefined;

  constructor(
    public serves: readonly string[],
    private readonly check: () => void,
  ) {}

  get isHeld(): boolean {
    return this.#assignment?.revoked.aborted === false;
  }

  /** What the relay takes for its own now, as handler and bucket. */
  get owned(): readonly string[] {
    // The server has perhaps ended the session of one that was slow.
    const shares = this.#assignment?.isSafe === true ? this.#assignment.shares : [];
    return handlers.flatMap((handler) =>
      shares
        .filter((share) => share.serves(handler))
        .flatMap(({ buckets }) => buckets.map((bucket) => `${handler}/${bucket}`)),
    );
  }

  async join(): Promise<void> {
    const store = database.store();
    const signal = new AbortController().signal;
    this.#assignment = await store.join(
      () => this.serves,
      takeoverAfter,
      () => this.#changed(),
      signal,
    );
    this.#changed();
  }

  close(): Promise<void> | undefined {
    return this.#assignment?.close();
  }

  #changed(): void {
    this.check();
    void this.#giveBack();
  }

  async #giveBack(): Promise<void> {
    const assignment = this.#assignment;
    for (const share of assignment?.shares ?? []) {
      for (const bucket of share.excess) await assignment?.release(share, bucket).catch(() => undefined);
    }
    this.check();
  }
}

it.each([1, 2, 3, 4])(
  'no two relays own a bucket of one handler, and none is left, while relays with any handlers come and go (seed %i)',
  async (seed) => {
    const random = new Random(seed);
    const members = new Set<Member>();
    const violations = new Set<string>();
    const check = (): void => {
      const owners = [...members].flatMap(({ owned }) => owned);
      const twice = owners.filter((owned, index) => owners.indexOf(owned) !== index);
      for (const owned of twice) violations.add(owned);
    };
    const someHandlers = (): string[] => random.shuffled([...handlers]).slice(0, 1 + random.below(handlers.length));
    const join = async (): Promise<void> => {
      const member = new Member(someHandlers(), check);
      members.add(member);
      await member.join();
    };
    const end = async (member: Member): Promise<void> => {
      await member.close();
      members.delete(member);
    };
    const isShared = (): boolean => {
      const served = new Set([...members].filter(({ isHeld }) => isHeld).flatMap(({ serves }) => serves));
      const owned = new Set([...members].flatMap((member) => member.owned));
      return [...served].every((handler) =>
        Array.from({ length: 64 }, (_, bucket) => `${handler}/${bucket}`).every((one) => owned.has(one)),
      );
    };
    await join();
    for (let step = 0; step < 25; step++) {
      const [some] = random.shuffled([...members]);
      const chance = random.below(10);
      if (chance < 4 && members.size < 6) await join();
      else if (chance < 7 && some && members.size > 1) await end(some);
      else if (some) some.serves = someHandlers();
      // Some steps follow one another at once, and others when relays have seen a part of what was before.
      await delay(random.below(150));
      check();
      if (random.chance(0.3))
        await until('all buckets', isShared, () =>
          [...members].map(({ serves, owned }) => `${serves.join('')}: ${owned.length}`).join(', '),
        );
    }
    await until('all buckets', isShared);
    for (const member of members) await end(member);
    expect([...violations]).toEqual([]);
  },
);
