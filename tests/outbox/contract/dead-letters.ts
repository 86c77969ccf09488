import { runInNewContext } from 'node:vm';
import type { HandlerContext } from 'class-events';
import { type DeadLetterQuery, Permanent } from 'class-events/outbox';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { withFaults } from '../faults.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderViewed, Shop } from '../shop.js';

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function hiddenError(): Error {
  const hide = (): never => {
    throw new Error('hidden');
  };
  return Object.defineProperties(new Error(), { message: { get: hide }, toString: { value: hide } });
}

/** What is not tried any more. */
export function keepsDeadLetters(database: () => OutboxDatabase): void {
  describe('keeps dead letters:', () => {
    /** A shop whose mail is refused for number 2 while its server is broken. */
    const shopWith = (refusal: () => unknown, maxAttempts = 2) => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { maxAttempts } } });
      const server = { isBroken: true };
      const send = ({ number }: OrderPlaced): void => {
        if (number === 2 && server.isBroken) throw refusal();
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', send), { durable: 'mail.receipt' });
      const died = (count: number): Promise<void> =>
        until(
          `${count} dead letters`,
          () => shop.problems.length >= count,
          () => JSON.stringify(shop.problems),
        );
      return { shop, server, died };
    };

    it('dead letters of an ordered handler stay at their places, with what went wrong, and what follows waits for them', async () => {
      const { shop, died } = shopWith(() => new TypeError('no mail server'));
      await shop.outbox.start();
      await shop.place('o-1', 4);
      await shop.place('o-2', 1);
      await died(1);
      await shop.ledger.has(2);
      await until('the followers', async () => (await shop.outbox.deadLetters.list())[0]?.followers === 2);
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([1]);
      expect(shop.ledger.numbers('mail', 'o-2')).toEqual([1]);
      const [letter, ...others] = await shop.outbox.deadLetters.list();
      expect(others).toEqual([]);
      expect(letter).toEqual({
        id: `${letter!.event}/mail.receipt`,
        handler: 'mail.receipt',
        seq: 2,
        state: 'dead',
        recordedAt: expect.any(Date),
        attempts: 2,
        event: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: 'order.placed',
        version: 1,
        key: 'order:o-1',
        followers: 2,
        deadAt: expect.any(Date),
        errors: [1, 2].map((attempt) => ({
          attempt,
          at: expect.any(String),
          name: 'TypeError',
          message: 'no mail server',
          stack: expect.stringContaining('dead-letters.ts'),
        })),
        data: '{"orderId":"o-1","number":2}',
      });
      expect(shop.problems).toEqual([
        expect.objectContaining({
          kind: 'dead letter',
          handler: 'mail.receipt',
          event: letter!.event,
          error: new TypeError('no mail server'),
        }),
      ]);
      expect(shop.problems[0]!.message).toBe(
        `order.placed (${letter!.event}) is a dead letter of mail.receipt after 2 attempts: no mail server`,
      );
    });

    it('dead letters that are redriven are tried from the first attempt on, in order, and die again if they fail again', async () => {
      const { shop, server, died } = shopWith(() => new Error('no mail server'));
      await shop.outbox.start();
      await shop.place('o-1', 4);
      await died(1);
      expect(await shop.outbox.deadLetters.redrive({ handler: 'mail.receipt' })).toBe(1);
      await died(2);
      expect((await shop.outbox.deadLetters.list())[0]!.errors.map(({ attempt }) => attempt)).toEqual([1, 2, 1, 2]);
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([1]);
      server.isBroken = false;
      expect(await shop.outbox.deadLetters.redrive({ key: 'order:o-1' })).toBe(1);
      await shop.drained();
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([1, 2, 3, 4]);
      expect(await shop.outbox.deadLetters.list()).toEqual([]);
    });

    it('dead letters that are discarded let go what waits for them', async () => {
      const { shop, died } = shopWith(() => new Error('no mail server'));
      await shop.outbox.start();
      await shop.place('o-1', 4);
      await died(1);
      expect(await shop.outbox.deadLetters.discard({ seq: 2 })).toBe(1);
      await shop.drained();
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([1, 3, 4]);
      expect(await shop.outbox.deadLetters.discard({ all: true })).toBe(0);
    });

    it('a delivery becomes a dead letter at once where another attempt would fail as well', async () => {
      const { shop, died } = shopWith(() => new Permanent(new RangeError('the customer has left')), 12);
      await shop.outbox.start();
      await shop.place('o-1', 2);
      await died(1);
      const [letter] = await shop.outbox.deadLetters.list();
      expect(letter!.errors).toEqual([expect.objectContaining({ attempt: 1, name: 'RangeError' })]);
    });

    it.each([
      ['a revoked proxy', revokedProxy, { name: 'object', message: '(unknown)' }],
      ['an error whose message throws', hiddenError, { name: 'object', message: expect.any(String) as string }],
      [
        'an error of another realm',
        () => runInNewContext('new RangeError("far away", { cause: new Error("full") })'),
        { name: 'RangeError', message: 'far away (full)', stack: expect.any(String) as string },
      ],
    ])('a dead letter notes what was thrown, whatever it is: %s', async (_, thrown, note) => {
      const { shop, died } = shopWith(thrown);
      await shop.outbox.start();
      await shop.place('o-1', 2);
      await died(1);
      const [letter] = await shop.outbox.deadLetters.list();
      expect(letter!.errors).toMatchObject([note, note]);
    });

    it('dead letters of a handler without order die alone', async () => {
      const shop = new Shop(database(), { defaults: { maxAttempts: 1 } });
      const refuse = ({ number }: OrderViewed): void => {
        if (number < 3) throw new Error('no index');
      };
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('search', refuse), { durable: 'search.index' });
      await shop.outbox.start();
      await shop.publish(...[1, 2, 3, 4].map((number) => new OrderViewed('o-1', number)));
      await shop.drained();
      expect(new Set(shop.ledger.numbers('search', 'o-1'))).toEqual(new Set([3, 4]));
      const letters = await shop.outbox.deadLetters.list();
      expect(letters.map(({ key, followers }) => [key, followers])).toEqual([
        [undefined, 0],
        [undefined, 0],
      ]);
    });

    it.each([{}, { handler: undefined }, { key: undefined, seq: undefined, limit: 5 }, { all: false }, undefined])(
      'a decision without a criterion is refused, and decides nothing: %p',
      async (selection) => {
        const { shop, died } = shopWith(() => new Error('no mail server'));
        await shop.outbox.start();
        await shop.place('o-1', 2);
        await died(1);
        for (const decision of ['redrive', 'discard'] as const) {
          const error = await rejectionOf(shop.outbox.deadLetters[decision](selection as never));
          expect(String(error)).toMatch(
            new RegExp(`^TypeError: ${decision} without a criterion means every dead letter.*all: true`),
          );
        }
        expect(await shop.outbox.deadLetters.list()).toHaveLength(1);
        expect(
          String(await rejectionOf(shop.outbox.deadLetters.discard({ all: true, handler: 'mail.receipt' }))),
        ).toMatch(/all: true or a criterion, not both/);
        expect(await shop.outbox.deadLetters.discard({ all: true })).toBe(1);
      },
    );

    it('found by all that can be asked for, the oldest first', async () => {
      const { shop, died } = shopWith(() => new Error('no mail server'), 1);
      shop.bus.subscribe(OrderPlaced, ({ number }) => (number === 2 ? Promise.reject(new Error('no')) : undefined), {
        durable: 'stock.reserve',
      });
      await shop.outbox.stop();
      for (const order of ['o-1', 'o-2', 'o-3']) await shop.place(order, 2);
      await shop.outbox.start();
      await until('dead letters', async () => (await shop.outbox.deadLetters.list()).length >= 3);
      await died(3);
      const seqs = async (query: object): Promise<number[]> =>
        (await shop.outbox.deadLetters.list(query)).map(({ seq }) => seq);
      expect(await seqs({ handler: 'mail.receipt' })).toEqual([2, 4, 6]);
      expect(await seqs({ handler: 'mail.receipt', limit: 2 })).toEqual([2, 4]);
      expect(await seqs({ handler: 'mail.receipt', key: 'order:o-2' })).toEqual([4]);
      expect(await seqs({ handler: 'mail.receipt', seq: 6 })).toEqual([6]);
      const [letter] = await shop.outbox.deadLetters.list({ handler: 'mail.receipt', seq: 4 });
      expect(await seqs({ handler: 'mail.receipt', event: letter!.event })).toEqual([4]);
      expect(await shop.outbox.deadLetters.discard({ handler: 'mail.receipt', limit: 1 })).toBe(1);
      expect(await seqs({ handler: 'mail.receipt' })).toEqual([4, 6]);
      for (const query of [{ handlr: 'x' }, { handler: '' }, { limit: 0 }, { seq: 1.5 }]) {
        expect(await rejectionOf(shop.outbox.deadLetters.list(query))).toBeInstanceOf(TypeError);
        expect(await rejectionOf(shop.outbox.deadLetters.redrive(query))).toBeInstanceOf(TypeError);
        expect(await rejectionOf(shop.outbox.deadLetters.discard(query))).toBeInstanceOf(TypeError);
      }
    });

    it('a delivery that was begun as often as may be and never ended becomes a dead letter, and is not begun again', async () => {
      const { shop, died } = shopWith(() => new Error('not called'), 3);
      await shop.place('o-1', 2);
      await database().tamper.pretendStarted({ attempts: 3, ago: 86_400_000, seq: 1 });
      await shop.outbox.start();
      await died(1);
      expect(shop.problems[0]!.message).toContain('3 attempts were begun and not ended');
      expect(shop.ledger.effects).toEqual([]);
    });

    it('dead letters whose events are gone can be decided on', async () => {
      const { shop, died } = shopWith(() => new Error('no'));
      await shop.place('o-1', 1);
      await shop.publish(new OrderPlaced('o-1', 3));
      await database().tamper.deleteEvent(1);
      await shop.outbox.start();
      await died(1);
      expect(shop.problems[0]!.message).toContain(
        'is a dead letter of mail.receipt after 1 attempt: The log has no event',
      );
      const gone = { seq: 1, event: '00000000-0000-0000-0000-000000000000', name: 'unknown', version: 0, data: 'null' };
      expect(await shop.outbox.deadLetters.list()).toEqual([expect.objectContaining(gone)]);
      expect(await shop.outbox.deadLetters.redrive({ all: true })).toBe(1);
      await died(2);
      expect(shop.ledger.effects).toEqual([]);
      expect(await shop.outbox.deadLetters.discard({ event: gone.event })).toBe(1);
      await shop.drained();
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([3]);
    });

    it('a dead letter whose row somebody has deleted holds up no key: what follows goes on', async () => {
      const { shop, died } = shopWith(() => new Permanent('no'));
      await shop.outbox.start();
      await shop.place('o-1', 3);
      await died(1);
      await until('the follower', async () => (await shop.outbox.deadLetters.list())[0]?.followers === 1);
      await shop.outbox.stop();
      await database().tamper.deleteHeld(2);
      expect(await shop.outbox.deadLetters.list()).toEqual([]);
      expect(await shop.outbox.deadLetters.redrive({ all: true })).toBe(0);
      expect(await shop.outbox.deadLetters.discard({ all: true })).toBe(0);
      await shop.outbox.start();
      await shop.ledger.has(2);
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([1, 3]);
      expect(await database().tamper.failures()).toEqual([]);
    });

    it('a dead letter whose row was deleted while it was tried again holds up no key', async () => {
      const store = withFaults(database().store(), { releaseOrphans: async () => 0 });
      const shop = new Shop(database(), { store });
      const act = async (_: OrderPlaced, { attempt }: HandlerContext): Promise<void> => {
        if (attempt === 1) throw new Error('no');
        await database().tamper.deleteHeld(1);
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', act), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1', 1);
      await shop.ledger.has(1);
      await until('no failure', async () => (await database().tamper.failures()).length === 0);
    });

    it('a dead letter given to a renamed handler holds up nothing that precedes it', async () => {
      const former = new Shop(database());
      former.bus.subscribe(OrderPlaced, () => undefined, { durable: 'receipts' });
      await former.publish(new OrderPlaced('o-1', 1));
      const { shop, server, died } = shopWith(() => new Error('no'), 1);
      await shop.publish(new OrderPlaced('o-1', 2));
      await shop.outbox.start();
      await died(1);
      await shop.outbox.stop();
      const after = new Shop(database(), { handlers: { 'mail.receipt': { formerIds: ['receipts'] } } });
      const refuseOnce = ({ number }: OrderPlaced, { attempt }: HandlerContext): void => {
        if (number === 1 && attempt === 1) throw new Error('not yet');
      };
      after.bus.subscribe(OrderPlaced, after.ledger.handler('mail', refuseOnce), { durable: 'mail.receipt' });
      await after.outbox.start();
      await after.ledger.has(1);
      expect(after.ledger.numbers('mail', 'o-1')[0]).toBe(1);
      expect(server.isBroken).toBe(true);
      await after.drained();
    });

    it.each([
      [{ event: 'e-1' }, "The option 'event' must be the id of an event, a UUID"],
      [{ after: 1 }, "The option 'after' needs 'handler': at one place in the log there may be deliveries of several"],
      [{ state: 'waiting' }, "Unknown option 'state'"],
      [
        { id: 'mail.receipt' },
        "The option 'id' must be the id of a delivery: that of an event, a slash and the handler",
      ],
      [{ id: '17/mail.receipt', seq: 17 }, "The option 'id' names one delivery. Leave out handler, event and seq."],
      [{ from: new Date('yesterday') }, "The option 'from' must be a valid date"],
    ])('the operations on dead letters refuse %p', async (query, message) => {
      const { shop } = shopWith(() => new Error('no'));
      const error = await rejectionOf(shop.outbox.deadLetters.list(query as DeadLetterQuery));
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toContain(message);
    });
  });
}
