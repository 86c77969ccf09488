import { NotNow, type DeliveryNews } from 'class-events/outbox';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { OrderPlaced, Shop } from '../shop.js';

const kinds = ['delivered', 'retry', 'dead', 'taken-over'] as const;

/** What becomes of deliveries is published on diagnostics channels. */
export function publishesNews(database: () => OutboxDatabase): void {
  describe('diagnostics channels', () => {
    const ends: (() => unknown)[] = [];
    afterEach(() => {
      for (const end of ends.splice(0)) end();
    });
    /** Notes all news of the bus of one shop. */
    const newsOf = (shop: Shop): { readonly kind: string; readonly news: DeliveryNews }[] => {
      const heard: { kind: string; news: DeliveryNews }[] = [];
      for (const kind of kinds) {
        const hear = (message: unknown): void => {
          const news = message as DeliveryNews;
          if (news.bus === shop.bus) heard.push({ kind, news });
        };
        subscribe(`class-events:outbox:${kind}`, hear);
        ends.push(() => unsubscribe(`class-events:outbox:${kind}`, hear));
      }
      return heard;
    };

    it('have what was delivered, is tried again, is dead', async () => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { maxAttempts: 3 } } });
      const heard = newsOf(shop);
      const errors = [new NotNow('away'), new Error('one'), new Error('two'), new Error('three')];
      shop.bus.subscribe(
        OrderPlaced,
        ({ orderId }) => {
          if (orderId === 'bad') throw errors.shift()!;
        },
        { durable: 'mail.receipt' },
      );
      await shop.outbox.start();
      await shop.place('bad');
      await until('a dead letter', () => heard.some(({ kind }) => kind === 'dead'));
      await shop.place('good');
      await until('a delivery', () => heard.some(({ kind }) => kind === 'delivered'));
      expect(heard.map(({ kind, news: { attempt } }) => `${kind} ${attempt}`)).toEqual([
        'retry 1',
        'retry 1',
        'retry 2',
        'dead 3',
        'delivered 1',
      ]);
      const [away, first, , dead, delivered] = heard.map(({ news }) => news);
      const common = { handler: 'mail.receipt', name: 'order.placed', duration: expect.any(Number) as number };
      expect(away).toMatchObject({ ...common, key: 'order:bad', counts: false, error: new NotNow('away') });
      expect(first).toMatchObject({ ...common, counts: true, error: new Error('one') });
      expect((first as { nextAt?: unknown }).nextAt).toBeInstanceOf(Date);
      expect(dead).toMatchObject({ ...common, error: new Error('three') });
      expect(delivered).toMatchObject({ ...common, key: 'order:good', id: `${delivered!.event}/mail.receipt` });
    });

    it('have what was taken over from a process that has not ended it', async () => {
      const shop = new Shop(database());
      const heard = newsOf(shop);
      shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
      await shop.place('o-1');
      await database().tamper.pretendStarted({ attempts: 1, ago: 60_000 });
      await shop.outbox.start();
      await until('a delivery', () => heard.some(({ kind }) => kind === 'delivered'));
      expect(heard.map(({ kind, news: { attempt } }) => `${kind} ${attempt}`)).toEqual(['taken-over 2', 'delivered 2']);
      expect((heard[0]!.news as { startedAgo?: number }).startedAgo).toBeGreaterThanOrEqual(60_000);
    });
  });
}
