import { CascadeError, EventBus, type EventClass } from 'class-events';
import { Deferred } from '../../support/deferred.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf, rejectionOf, thrownBy } from '../../support/rejection.js';

class Image {}
class Sound {}
class Smell {}

describe('Nesting', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  describe('a publish inside a handler is depth first', () => {
    it('runs i1, s1, s2, i2, s1, s2, i3, s1, s2', async () => {
      for (const name of ['i1', 'i2', 'i3']) {
        bus.subscribe(
          Image,
          story.handler(name, () => bus.publish(new Sound())),
        );
      }
      for (const name of ['s1', 's2']) bus.subscribe(Sound, story.handler(name));
      await bus.publish(new Image());
      expect(story.lines).toEqual(['i1', 's1', 's2', 'i2', 's1', 's2', 'i3', 's1', 's2']);
    });

    it('has fully run when its promise settles, and can be awaited without deadlock', async () => {
      const gate = new Deferred();
      bus.subscribe(Sound, async () => {
        await gate.promise;
        story.note('sound ends');
      });
      bus.subscribe(Image, async () => {
        story.note('image starts');
        await bus.publish(new Sound());
        story.note('image ends');
      });
      const published = bus.publish(new Image());
      gate.resolve();
      await published;
      expect(story.lines).toEqual(['image starts', 'sound ends', 'image ends']);
    });

    it('awaits three deep: parent starts, child starts, grandchild, child ends, parent ends', async () => {
      bus.subscribe(Image, async () => {
        story.note('parent starts');
        await bus.publish(new Sound());
        story.note('parent ends');
      });
      bus.subscribe(Sound, async () => {
        story.note('child starts');
        await bus.publish(new Smell());
        story.note('child ends');
      });
      bus.subscribe(Smell, story.asyncHandler('grandchild'));
      await bus.publish(new Image());
      expect(story.lines).toEqual(['parent starts', 'child starts', 'grandchild', 'child ends', 'parent ends']);
    });

    it('rejects only the nested publish when its handler fails, for the outer handler to decide', async () => {
      bus.subscribe(Sound, () => {
        throw new Error('too loud');
      });
      bus.subscribe(Image, async () => void (await rejectionOf(bus.publish(new Sound()))));
      const { failures } = await bus.publish(new Image());
      expect(failures).toEqual([]);
    });
  });

  describe('an emit inside a handler is breadth first', () => {
    it('runs i1, i2, i3, then s1, s2, s1, s2, s1, s2', () => {
      for (const name of ['i1', 'i2', 'i3']) {
        bus.subscribe(
          Image,
          story.handler(name, () => bus.emit(new Sound())),
        );
      }
      for (const name of ['s1', 's2']) bus.subscribe(Sound, story.handler(name));
      bus.emit(new Image());
      expect(story.lines).toEqual(['i1', 'i2', 'i3', 's1', 's2', 's1', 's2', 's1', 's2']);
    });

    it('runs, in order, after the sync handlers of the current event', async () => {
      bus.subscribe(Image, () => {
        bus.emit(new Sound());
        bus.emit(new Smell());
        story.note('i1');
      });
      bus.subscribe(Image, story.handler('i2'));
      bus.subscribe(Sound, story.handler('sound'));
      bus.subscribe(Smell, story.handler('smell'));
      await bus.publish(new Image());
      expect(story.lines).toEqual(['i1', 'i2', 'sound', 'smell']);
    });

    it('lets every handler see the cause before the effect', () => {
      class First {
        name = 'first';
      }
      class Second extends First {
        override name = 'second';
      }
      bus.subscribe(First, () => bus.emit(new Second()), { exact: true });
      bus.subscribe(First, (event) => story.note(event.name));
      bus.emit(new First());
      expect(story.lines).toEqual(['first', 'second']);
    });

    it('belongs to the nested publish that it was made in, and is drained before that returns', () => {
      bus.subscribe(
        Image,
        () => {
          bus.emit(new Smell());
          void bus.publish(new Sound());
          story.note('image');
        },
        { once: true },
      );
      bus.subscribe(
        Sound,
        story.handler('sound', () => bus.emit(new Image())),
        { once: true },
      );
      bus.subscribe(Image, story.handler('second image'), { exact: true, priority: -1 });
      bus.subscribe(Smell, story.handler('smell'));
      bus.emit(new Image());
      expect(story.lines).toEqual(['sound', 'second image', 'image', 'second image', 'smell']);
    });

    it('does not enter a handler again before it has returned', () => {
      class Countdown {
        constructor(readonly left: number) {}
      }
      let inside = false;
      bus.subscribe(Countdown, ({ left }) => {
        expect(inside).toBe(false);
        inside = true;
        if (left > 0) bus.emit(new Countdown(left - 1));
        story.note(String(left));
        inside = false;
      });
      bus.emit(new Countdown(3));
      expect(story.lines).toEqual(['3', '2', '1', '0']);
    });

    it('does not let the stack grow', () => {
      class Step {
        constructor(readonly left: number) {}
      }
      bus = new EventBus({ maxDepth: 100_000 });
      let steps = 0;
      bus.subscribe(Step, ({ left }) => {
        steps++;
        if (left > 0) bus.emit(new Step(left - 1));
      });
      bus.emit(new Step(50_000));
      expect(steps).toBe(50_001);
    });
  });

  describe('deeper than maxDepth', () => {
    class Ping {}
    class Pong {}

    it.each(['emit', 'publish'] as const)('CascadeError names the chain of classes of %s', async (how) => {
      bus = new EventBus({ maxDepth: 4, onError: () => undefined });
      const reply = (eventClass: new () => object) => (): unknown => bus[how](new eventClass());
      const errors: unknown[] = [];
      bus.observe({ onDelivery: ({ status, reason }) => void (status === 'rejected' && errors.push(reason)) });
      bus.subscribe(Ping, reply(Pong));
      bus.subscribe(Pong, reply(Ping));
      await bus.publishSettled(new Ping());
      const cascade = errors[0] as CascadeError;
      expect(cascade).toBeInstanceOf(CascadeError);
      expect(cascade.name).toBe('CascadeError');
      expect(cascade.message).toContain('Ping → Pong → Ping → Pong → Ping.');
      expect(cascade.message).toContain('maxDepth');
    });

    it('is the failure of the handler that made it, and of no other', async () => {
      bus = new EventBus({ maxDepth: 2 });
      const tooDeep = bus.subscribe(Sound, () => bus.emit(new Smell()));
      const other = bus.subscribe(Sound, story.handler('other'));
      bus.subscribe(Image, () => bus.publish(new Sound()));
      const error = await publishErrorOf(bus.publish(new Image()));
      const inner = await publishErrorOf(Promise.reject(error.errors[0]));
      expect(inner.report.deliveries).toMatchObject([
        { subscription: tooDeep, status: 'rejected', reason: expect.any(CascadeError) },
        { subscription: other, status: 'fulfilled' },
      ]);
    });

    it('lets a chain of exactly maxDepth events run', async () => {
      bus = new EventBus({ maxDepth: 3 });
      bus.subscribe(Image, () => bus.publish(new Sound()));
      bus.subscribe(Sound, () => bus.emit(new Smell()));
      bus.subscribe(Smell, story.handler('smell'));
      await bus.publish(new Image());
      expect(story.lines).toEqual(['smell']);
    });

    it('is 100 deep unless told otherwise', async () => {
      let published = 0;
      bus.subscribe(Ping, () => {
        published++;
        return bus.publish(new Ping());
      });
      await bus.publishSettled(new Ping());
      expect(published).toBe(100);
    });

    it('shows both ends of a long chain', () => {
      let cascade: unknown;
      bus = new EventBus({ maxDepth: 40, onError: ({ error }) => (cascade = error) });
      const chain: EventClass[] = Array.from({ length: 41 }, (_, index) => {
        return { [`Class${index}`]: class {} }[`Class${index}`] as EventClass;
      });
      chain.forEach((eventClass, index) => {
        const Next = chain[index + 1] as (new () => object) | undefined;
        bus.subscribe(eventClass, () => Next && bus.emit(new Next()));
      });
      bus.emit(new (chain[0] as new () => object)());
      const { message } = cascade as CascadeError;
      expect(message).toMatch(/Class0 → Class1 → .*… → .*Class39 → Class40\./);
      expect(message).not.toContain('Class20');
    });

    it('throws where emit was called, so that the handler can catch it', () => {
      bus = new EventBus({ maxDepth: 1 });
      bus.subscribe(Image, () => {
        expect(thrownBy(() => bus.emit(new Sound()))).toBeInstanceOf(CascadeError);
        story.note('caught');
      });
      bus.emit(new Image());
      expect(story.lines).toEqual(['caught']);
    });

    it('counts nothing after an await: a handler may publish for ever that way', async () => {
      bus = new EventBus({ maxDepth: 2 });
      let rounds = 0;
      bus.subscribe(Ping, async () => {
        await Promise.resolve();
        if (++rounds < 20) await bus.publish(new Ping());
      });
      await bus.publish(new Ping());
      expect(rounds).toBe(20);
    });
  });
});
