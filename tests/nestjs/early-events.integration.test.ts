import { Global, Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { BusClosedError, EventBus, On, type PublishReport } from 'class-events';
import { EventBusModule } from 'class-events/nestjs';
import { afterMicrotasks } from '../support/deferred.js';
import { OrderPlaced } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { rejectionOf } from '../support/rejection.js';
import { boot, closeAll, create, LogBook, moduleOf } from './application.js';

const story = new Recorder();
beforeEach(() => void story.take());
afterEach(closeAll);

class Started {
  constructor(readonly line: string) {}
}

@Injectable()
class Journal {
  @On(Started)
  note(event: Started): void {
    story.note(event.line);
  }
}

/** A provider that publishes when it is built. */
function publisher(publish: (bus: EventBus) => void) {
  return { provide: Symbol('publisher'), inject: [EventBus], useFactory: publish };
}

/** Returns a provider that emits one event and publishes another. What rejects the second goes to `rejections`. */
function emitterAndPublisher(rejections: Promise<unknown>[]) {
  return publisher((bus) => {
    bus.emit(new Started('emitted'));
    rejections.push(rejectionOf(bus.publish(new Started('published'))));
  });
}

// nestjs/event-emitter#448, #1063; nestjs/cqrs#489
describe('an event that is published while the application starts', () => {
  it('waits in a constructor for providers that are built later, in order', async () => {
    const emitted: string[] = [];
    const eager = (...lines: string[]) =>
      publisher((bus) => {
        for (const line of lines) bus.emit(new Started(line));
        emitted.push(...lines);
      });
    const { app } = await create({
      imports: [moduleOf({ providers: [eager('a', 'b')] })],
      providers: [eager('c', 'd'), Journal],
    });
    expect(emitted).toHaveLength(4);
    expect(story.lines).toEqual([]);
    await app.init();
    expect(story.lines).toEqual(emitted);
  });

  it('waits in the constructor of a class', async () => {
    @Injectable()
    class Eager {
      constructor(bus: EventBus) {
        bus.emit(new Started('built'));
      }
    }
    await boot({ providers: [Eager, Journal] });
    expect(story.lines).toEqual(['built']);
  });

  it.each(['onModuleInit', 'onApplicationBootstrap'] as const)('is handled at once in %s', async (hook) => {
    class Eager {
      async [hook](): Promise<void> {
        await bus.publish(new Started('awaited'));
        story.note('after');
      }
    }
    const { app, bus } = await create({
      imports: [moduleOf({ providers: [Eager] })],
      providers: [Journal],
    });
    await app.init();
    expect(story.lines).toEqual(['awaited', 'after']);
  });

  it('can be awaited in onModuleInit of a global module that was imported before', async () => {
    @Global()
    @Module({})
    class Settings {
      constructor(@Inject(EventBus) private readonly bus: EventBus) {}
      async onModuleInit(): Promise<void> {
        await this.bus.publish(new Started('global'));
      }
    }
    const { app } = await create({ imports: [Settings], providers: [Journal] });
    await app.init();
    expect(story.lines).toEqual(['global']);
  });

  it('settles the promise of its publisher when it has been handled', async () => {
    const promises: Promise<unknown>[] = [];
    await boot({
      providers: [
        publisher((bus) => {
          promises.push(
            bus.publish(new Started('publish')),
            bus.publishSettled(new Started('publishSettled')),
            bus.publishAll([new Started('publishAll 1'), new Started('publishAll 2')]),
          );
        }),
        Journal,
      ],
    });
    const [report, settled, all] = (await Promise.all(promises)) as [PublishReport, PublishReport, PublishReport[]];
    expect([report, settled, ...all].map(({ deliveries }) => deliveries.length)).toEqual([1, 1, 1, 1]);
    expect(story.lines).toEqual(['publish', 'publishSettled', 'publishAll 1', 'publishAll 2']);
  });

  it('rejects its promise when a handler fails, and not the start of the application', async () => {
    const failure = new Error('disk full');
    class Failing {
      @On(Started)
      fail(): void {
        throw failure;
      }
    }
    const promises: Promise<unknown>[] = [];
    await boot({
      providers: [publisher((bus) => void promises.push(rejectionOf(bus.publish(new Started('x'))))), Failing],
    });
    expect(await promises[0]).toMatchObject({ errors: [failure] });
  });

  it('is warned of when its publisher gets a promise, for a factory that awaits it would wait for itself', async () => {
    const { app, log } = await create({ providers: [publisher((bus) => void bus.publish(new OrderPlaced()))] });
    expect(log.lines).toEqual([
      "warn [EventBus] OrderPlaced is published before the application's providers are built. It waits for them: a provider's factory that awaits it waits for itself. Use emit there.",
    ]);
    await app.init();
  });

  it('is there, or nothing waits: an empty list is published at once', async () => {
    const { bus, log } = await create({});
    expect(await bus.publishAll([])).toEqual([]);
    expect(log.lines).toEqual([]);
  });

  it('comes before what its handlers publish', async () => {
    class Echo {
      constructor(@Inject(EventBus) private readonly bus: EventBus) {}
      @On(Started)
      echo({ line }: Started): void {
        story.note(line);
        if (line.length === 1) this.bus.emit(new Started(`${line} again`));
      }
    }
    await boot({
      providers: [publisher((bus) => ['a', 'b'].forEach((line) => bus.emit(new Started(line)))), Echo],
    });
    expect(story.lines).toEqual(['a', 'a again', 'b', 'b again']);
  });

  it('a publish of what is no event rejects while the application starts, as it does later', async () => {
    const promises: Promise<unknown>[] = [];
    const { app } = await create({
      providers: [
        publisher((bus) => {
          const noEvent = null as unknown as object;
          promises.push(bus.publish(noEvent), bus.publishSettled(noEvent), bus.publishAll([new Started('x'), noEvent]));
          promises.forEach((promise) => void promise.catch(() => undefined));
        }),
        Journal,
      ],
    });
    for (const promise of promises) expect(await rejectionOf(promise)).toBeInstanceOf(TypeError);
    await app.init();
    expect(story.lines).toEqual([]);
  });

  it('an emit of what is no event throws while the application starts, as it does later', async () => {
    const thrown: unknown[] = [];
    await create({
      providers: [
        publisher((bus) => {
          try {
            bus.emit(null as never);
          } catch (error) {
            thrown.push(error);
          }
        }),
      ],
    });
    expect(thrown).toEqual([expect.any(TypeError)]);
  });

  it('does not get lost in silence when the wiring fails: promises reject, emitted ones are logged', async () => {
    class Wrong {
      @On(() => undefined as unknown as typeof Started)
      never(): void {}
    }
    const rejections: Promise<unknown>[] = [];
    const { app, log } = await create({ providers: [emitterAndPublisher(rejections), Wrong] });
    const failure = await rejectionOf(app.init());
    expect(await rejections[0]).toBe(failure);
    expect(log.lines.at(-1)).toMatch(
      /^error \[EventBus\] Started, emitted before the application had started, reached nobody: TypeError: The event class is undefined/,
    );
  });

  it('does not get lost in silence when the application is closed before it has started', async () => {
    const rejections: Promise<unknown>[] = [];
    const { app, log } = await create({ providers: [emitterAndPublisher(rejections), Journal] });
    await app.close();
    expect(await rejections[0]).toBeInstanceOf(BusClosedError);
    expect(log.lines.at(-1)).toContain(
      'Started, emitted before the application had started, reached nobody: BusClosed',
    );
    expect(story.lines).toEqual([]);
  });

  it('is logged when its turn comes and it is refused, and those behind it are published', async () => {
    class Later {
      @On(OrderPlaced, { phase: 'afterCommit' })
      never(): void {}
    }
    const { log } = await boot({
      providers: [
        publisher((bus) => {
          bus.emit(new OrderPlaced());
          bus.emit(new Started('behind'));
        }),
        Later,
        Journal,
      ],
    });
    expect(log.lines[0]).toContain('OrderPlaced, emitted before the application had started, reached nobody: NoUnit');
    expect(story.lines).toEqual(['behind']);
  });

  it('waits in a testing module for its init', async () => {
    const testing = await Test.createTestingModule({ imports: [EventBusModule.forRoot()], providers: [Journal] })
      .setLogger(new LogBook())
      .compile();
    const published = testing.get(EventBus).publish(new Started('early'));
    await afterMicrotasks();
    expect(story.lines).toEqual([]);
    await testing.init();
    await published;
    expect(story.lines).toEqual(['early']);
    await testing.close();
  });
});
