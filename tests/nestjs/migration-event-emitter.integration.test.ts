// Each heading of docs/migrating-from-nest-event-emitter.md, tried: what was so before, and what is so after.
import { Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import {
  EVENT_PAYLOAD,
  EventEmitter2,
  EventEmitterModule,
  EventEmitterReadinessWatcher,
  OnEvent,
} from '@nestjs/event-emitter';
import { EventBus, On, UnhandledEvent } from 'class-events';
import { EventRequest, runInRequest } from 'class-events/nestjs';
import { afterMicrotasks } from '../support/deferred.js';
import { OrderEvent, OrderPlaced, OrderShipped } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf } from '../support/rejection.js';
import { boot, closeAll } from './application.js';
import { headingsOf } from './headings.js';

const story = new Recorder();
beforeEach(() => void story.take());
afterEach(closeAll);

const failure = new Error('card refused');
type Given = Parameters<typeof boot>[0];
/** An application of before. */
async function bootBefore(
  metadata: Given,
  options: Parameters<typeof EventEmitterModule.forRoot>[0] = {},
): Promise<{ emitter: EventEmitter2; lines: string[] }> {
  const { app, log } = await boot({ ...metadata, imports: [EventEmitterModule.forRoot(options)] });
  return { emitter: app.get(EventEmitter2), lines: log.lines };
}

const sections: Record<string, () => void> = {
  'The module'() {
    it('both can be imported while you migrate', async () => {
      class Both {
        @OnEvent('order.placed')
        before(): void {
          story.note('before');
        }
        @On(OrderPlaced)
        after(): void {
          story.note('after');
        }
      }
      const { app, bus } = await boot({ imports: [EventEmitterModule.forRoot()], providers: [Both] });
      app.get(EventEmitter2).emit('order.placed');
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual(['before', 'after']);
    });
  },

  'Names become classes'() {
    it('before: a misspelt name reaches nobody', async () => {
      class Receipts {
        @OnEvent('order.placed')
        send(): void {
          story.note('sent');
        }
      }
      const { emitter } = await bootBefore({ providers: [Receipts] });
      expect(emitter.emit('order.plcaed', {})).toBe(false);
      expect(emitter.emit('order.placed', {})).toBe(true);
      expect(story.lines).toEqual(['sent']);
    });
    it('after: the class is the name, and the report tells when nobody is subscribed', async () => {
      class Receipts {
        @On(OrderPlaced)
        send({ orderId }: OrderPlaced): void {
          story.note(`sent ${orderId}`);
        }
        @On(UnhandledEvent)
        unhandled({ event }: UnhandledEvent): void {
          story.note(`nobody for ${event.constructor.name}`);
        }
      }
      const { bus } = await boot({ providers: [Receipts] });
      await bus.publish(new OrderPlaced());
      expect((await bus.publish(new OrderShipped())).unhandled).toBe(true);
      expect(bus.hasSubscribers(OrderPlaced)).toBe(true);
      expect(story.lines).toEqual(['sent o-1', 'nobody for OrderShipped']);
    });
  },

  'Several names, and wildcards'() {
    it('before: patterns', async () => {
      class Audit {
        @OnEvent('order.placed')
        @OnEvent('order.shipped')
        either(): void {
          story.note('either');
        }
        @OnEvent('order.*')
        order(): void {
          story.note('order.*');
        }
        @OnEvent('**')
        any(): void {
          story.note('**');
        }
      }
      const { emitter } = await bootBefore({ providers: [Audit] }, { wildcard: true });
      emitter.emit('order.shipped');
      expect([...story.lines].sort()).toEqual(['**', 'either', 'order.*']);
    });
    it('after: a list, a base class, Object', async () => {
      class Audit {
        @On([OrderPlaced, OrderShipped])
        either(): void {
          story.note('either');
        }
        @On(OrderEvent)
        order(): void {
          story.note('OrderEvent');
        }
        @On(Object)
        any(): void {
          story.note('Object');
        }
      }
      const { bus } = await boot({ providers: [Audit] });
      await bus.publish(new OrderShipped());
      expect(story.lines).toEqual(['either', 'OrderEvent', 'Object']);
    });
  },

  'emit and emitAsync'() {
    it('before: emitAsync returns what the listeners returned', async () => {
      class Stock {
        @OnEvent('order.placed')
        async reserve(): Promise<string> {
          return 'reserved';
        }
      }
      const { emitter } = await bootBefore({ providers: [Stock] });
      expect(await emitter.emitAsync('order.placed')).toEqual(['reserved']);
    });
    it('after: publish returns what became of each delivery', async () => {
      class Stock {
        @On(OrderPlaced)
        async reserve(): Promise<string> {
          return 'reserved';
        }
      }
      const { bus } = await boot({ providers: [Stock] });
      const { deliveries } = await bus.publish(new OrderPlaced());
      expect(deliveries.map(({ subscription, status }) => [subscription.name, status])).toEqual([
        ['Stock.reserve', 'fulfilled'],
      ]);
    });
  },

  'Errors and suppressErrors'() {
    class Before {
      @OnEvent('suppressed')
      suppressed(): void {
        throw failure;
      }
      @OnEvent('thrown', { suppressErrors: false })
      thrown(): void {
        throw failure;
      }
    }
    it('before: emitAsync resolves although a listener threw, and the log has the message alone', async () => {
      const { emitter, lines } = await bootBefore({ providers: [Before] });
      expect(await emitter.emitAsync('suppressed')).toEqual([undefined]);
      expect(lines).toEqual(['error [Event] card refused']);
    });
    it('before: with suppressErrors: false emitAsync rejects with the first error', async () => {
      const { emitter } = await bootBefore({ providers: [Before] });
      await expect(emitter.emitAsync('thrown')).rejects.toBe(failure);
    });
    it('after: publish rejects, emit logs handler and event', async () => {
      class Charging {
        @On(OrderPlaced)
        charge(): void {
          throw failure;
        }
      }
      const { bus, log } = await boot({ providers: [Charging] });
      expect((await publishErrorOf(bus.publish(new OrderPlaced()))).errors).toEqual([failure]);
      bus.emit(new OrderPlaced());
      expect(log.lines).toEqual(['error [EventBus] Charging.charge failed for OrderPlaced: Error: card refused']);
    });
    it('after: publishSettled never rejects for a handler', async () => {
      const { bus } = await boot({});
      bus.subscribe(OrderPlaced, () => {
        throw failure;
      });
      expect((await bus.publishSettled(new OrderPlaced())).failures.map(({ reason }) => reason)).toEqual([failure]);
    });
  },

  'prependListener and order'() {
    it('before: the listener that is registered last with prependListener is first', async () => {
      class Steps {
        @OnEvent('order.placed')
        plain(): void {
          story.note('plain');
        }
        @OnEvent('order.placed', { prependListener: true })
        prepended(): void {
          story.note('prepended');
        }
      }
      const { emitter } = await bootBefore({ providers: [Steps] });
      emitter.emit('order.placed');
      expect(story.lines).toEqual(['prepended', 'plain']);
    });
    it('after: priority', async () => {
      class Steps {
        @On(OrderPlaced)
        plain(): void {
          story.note('plain');
        }
        @On(OrderPlaced, { priority: 10 })
        first(): void {
          story.note('first');
        }
      }
      const { bus } = await boot({ providers: [Steps] });
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual(['first', 'plain']);
    });
  },

  'The options async, nextTick and promisify'() {
    it('before: async puts a listener off to a later turn', async () => {
      class Later {
        @OnEvent('order.placed', { async: true })
        react(): void {
          story.note('listener');
        }
      }
      const { emitter } = await bootBefore({ providers: [Later] });
      emitter.emit('order.placed');
      story.note('emit returned');
      await afterMicrotasks();
      await afterMicrotasks();
      expect(story.lines).toEqual(['emit returned', 'listener']);
    });
    it('after: async handlers start in the same turn, and settle together', async () => {
      class Later {
        @On(OrderPlaced)
        async react(): Promise<void> {
          story.note('started');
          await afterMicrotasks();
          story.note('settled');
        }
      }
      const { bus } = await boot({ providers: [Later] });
      bus.emit(new OrderPlaced());
      story.note('emit returned');
      await bus.idle();
      expect(story.lines).toEqual(['started', 'emit returned', 'settled']);
    });
  },

  'Events of the start, and waitUntilReady'() {
    it('before: what onModuleInit emits is lost, unless it waits until ready', async () => {
      class Eager {
        constructor(
          @Inject(EventEmitter2) private readonly emitter: EventEmitter2,
          @Inject(EventEmitterReadinessWatcher) private readonly watcher: EventEmitterReadinessWatcher,
        ) {}
        onModuleInit(): void {
          this.emitter.emit('started', 'at once');
          void this.watcher.waitUntilReady().then(() => this.emitter.emit('started', 'when ready'));
        }
        @OnEvent('started')
        note(how: string): void {
          story.note(how);
        }
      }
      await bootBefore({ providers: [Eager] });
      await afterMicrotasks();
      expect(story.lines).toEqual(['when ready']);
    });
    it('after: nothing is lost, from the constructor on', async () => {
      class Started {
        constructor(readonly how: string) {}
      }
      class Eager {
        constructor(@Inject(EventBus) private readonly bus: EventBus) {
          bus.emit(new Started('constructor'));
        }
        async onModuleInit(): Promise<void> {
          await this.bus.publish(new Started('onModuleInit'));
        }
        @On(Started)
        note({ how }: Started): void {
          story.note(how);
        }
      }
      await boot({ providers: [Eager] });
      expect(story.lines).toEqual(['constructor', 'onModuleInit']);
    });
  },

  'Request-scoped listeners'() {
    it('before: the payload is the request', async () => {
      @Injectable({ scope: Scope.REQUEST })
      class Receipts {
        constructor(@Inject(EVENT_PAYLOAD) private readonly payload: object) {}
        @OnEvent('order.placed')
        send(payload: object): void {
          story.note(String(this.payload === payload));
        }
      }
      const { emitter } = await bootBefore({ providers: [Receipts] });
      await emitter.emitAsync('order.placed', { orderId: 'o-1' });
      expect(story.lines).toEqual(['true']);
    });
    it('after: an EventRequest has the event; within runInRequest it is the publisher’s request', async () => {
      @Injectable({ scope: Scope.REQUEST })
      class Receipts {
        constructor(@Inject(REQUEST) private readonly request: EventRequest | { readonly user: string }) {}
        @On(OrderPlaced)
        send(event: OrderPlaced): void {
          const { request } = this;
          story.note(request instanceof EventRequest ? String(request.event === event) : request.user);
        }
      }
      const { bus } = await boot({ providers: [Receipts] });
      await bus.publish(new OrderPlaced());
      await runInRequest({ user: 'ann' }, () => bus.publish(new OrderPlaced()));
      expect(story.lines).toEqual(['true', 'ann']);
    });
  },

  'Listeners without a decorator'() {
    it('before: on, once, off, waitFor', async () => {
      const { emitter } = await bootBefore({});
      const note = (how: string): void => story.note(how);
      emitter.on('order.placed', note);
      emitter.on('order.placed', note);
      emitter.once('order.placed', note);
      const next = emitter.waitFor('order.placed');
      emitter.emit('order.placed', 'first');
      emitter.off('order.placed', note);
      emitter.emit('order.placed', 'second');
      expect(await next).toEqual(['first']);
      expect(story.lines).toEqual(['first', 'first', 'first', 'second']);
    });
    it('after: subscribe, once, unsubscribe, waitFor', async () => {
      const { bus } = await boot({});
      const handler = story.handler('each');
      const subscription = bus.subscribe(OrderPlaced, handler);
      expect(bus.subscribe(OrderPlaced, handler)).toBe(subscription);
      bus.subscribe(OrderPlaced, story.handler('once'), { once: true });
      const next = bus.waitFor(OrderPlaced);
      const event = new OrderPlaced();
      bus.emit(event);
      subscription.unsubscribe();
      bus.emit(new OrderPlaced());
      expect(await next).toBe(event);
      expect(story.lines).toEqual(['each', 'once']);
    });
  },
};

describe.each(Object.entries(sections))('%s', (_, section) => section());

it('each section of the page is tried here', () => {
  expect(Object.keys(sections)).toEqual(headingsOf('docs/migrating-from-nest-event-emitter.md'));
});
