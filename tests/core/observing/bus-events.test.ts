import { EventBus, HandlerFailed, UnhandledEvent } from 'class-events';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf } from '../../support/rejection.js';
import { collectUncaughtErrors } from '../../support/uncaught-errors.js';

describe('The events of the bus itself', () => {
  const uncaught = collectUncaughtErrors();
  const error = new Error('no stock');
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus({ onError: (failure) => story.note(`onError: ${String(failure.error)}`) });
    story = new Recorder();
  });

  const fail = (): never => {
    throw error;
  };

  it('reach subscriptions that name them, never a catch-all: a logger must not swallow failures', async () => {
    bus.subscribe(Object, story.handler('all'));
    bus.subscribe(OrderPlaced, fail);
    bus.emit(new OrderPlaced());
    expect(story.take()).toEqual(['all', 'onError: Error: no stock']);
    bus.subscribe([HandlerFailed, Object], story.handler('failures and all'));
    bus.emit(new OrderPlaced());
    expect(story.take()).toEqual(['all', 'failures and all', 'failures and all']);
  });

  it('are no subscribers’ business that wait for everything unhandled by a catch-all', async () => {
    bus.subscribe(UnhandledEvent, story.handler('unhandled'));
    await bus.publish(new OrderPlaced());
    expect(story.take()).toEqual(['unhandled']);
    expect(bus.hasSubscribers(UnhandledEvent)).toBe(true);
    expect(bus.hasSubscribers(HandlerFailed)).toBe(false);
  });

  it('are queued like what a handler emits: after the handlers of the event that they are about', async () => {
    bus.subscribe(HandlerFailed, story.handler('HandlerFailed'));
    bus.subscribe(
      OrderPlaced,
      story.handler('first', () => fail()),
    );
    bus.subscribe(OrderPlaced, story.handler('second'));
    await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(story.lines).toEqual(['first', 'second', 'HandlerFailed']);
  });

  it('pass at any depth, for a failure must not be lost', () => {
    class Next {}
    bus = new EventBus({ maxDepth: 2 });
    bus.subscribe(HandlerFailed, ({ error: each }) => story.note((each as Error).name));
    bus.subscribe(OrderPlaced, () => bus.emit(new Next()));
    bus.subscribe(Next, () => bus.emit(new Next()));
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['CascadeError']);
  });

  it('let nothing go round for ever: what their handlers publish is counted', () => {
    bus = new EventBus({ maxDepth: 4, onError: ({ error: each }) => story.note((each as Error).name) });
    bus.subscribe(OrderPlaced, fail);
    bus.subscribe(
      HandlerFailed,
      story.handler('HandlerFailed', () => bus.emit(new OrderPlaced())),
    );
    bus.emit(new OrderPlaced());
    // The last failure was told to a handler that failed itself, so it is told here too.
    expect(story.lines).toEqual(['HandlerFailed', 'HandlerFailed', 'CascadeError', 'Error']);
  });

  it('let a HandlerFailed handler filter for what it wants', async () => {
    bus.subscribe(HandlerFailed, story.handler('mine'), { filter: ({ event }) => event instanceof OrderPlaced });
    bus.subscribe(OrderPlaced, fail);
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['mine']);
  });

  describe('HandlerFailed, when no handler of it started', () => {
    it.each<[string, Parameters<EventBus['subscribe']>[2]]>([
      ['its filter refused', { filter: () => false }],
      ['its around did not run it', { around: () => undefined }],
    ])('a failure whose HandlerFailed handler did not start because %s goes to onError', (_, options) => {
      bus.subscribe(HandlerFailed, story.handler('never'), options);
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      expect(story.lines).toEqual(['onError: Error: no stock']);
    });

    it('does not go to onError when one of several was called', () => {
      bus.subscribe(HandlerFailed, story.handler('never'), { filter: () => false });
      bus.subscribe(HandlerFailed, story.handler('heard'));
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      expect(story.lines).toEqual(['heard']);
    });

    it('a failure whose HandlerFailed handler had been unsubscribed meanwhile goes to onError', () => {
      const subscription = bus.subscribe(HandlerFailed, story.handler('never'));
      bus.subscribe(OrderPlaced, fail);
      bus.subscribe(OrderPlaced, () => subscription.unsubscribe());
      bus.emit(new OrderPlaced());
      expect(story.lines).toEqual(['onError: Error: no stock']);
    });

    it('a failure whose HandlerFailed handler had used up its once goes to onError', () => {
      bus.subscribe(HandlerFailed, story.handler('once'), { once: true });
      bus.subscribe(OrderPlaced, fail);
      bus.subscribe(OrderPlaced, fail.bind(undefined));
      bus.emit(new OrderPlaced());
      expect(story.lines).toEqual(['once', 'onError: Error: no stock']);
    });

    it('a failure whose HandlerFailed handler waits for a later phase goes to onError, and the lost phase surfaces', async () => {
      bus.subscribe(HandlerFailed, story.handler('never'), { phase: 'afterCommit', name: 'later' });
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      expect(story.lines).toEqual(['onError: Error: no stock']);
      await afterMicrotasks();
      expect(uncaught).toEqual([expect.objectContaining({ name: 'NoUnitOfWorkError' })]);
    });

    it('a failure surfaces if no HandlerFailed handler started and there is no onError', async () => {
      bus = new EventBus();
      bus.subscribe(HandlerFailed, story.handler('never'), { filter: () => false });
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      await afterMicrotasks();
      expect(uncaught).toEqual([error]);
    });

    it('a failure of an awaited publish reaches the publisher if no HandlerFailed handler started', async () => {
      bus.subscribe(HandlerFailed, story.handler('never'), { filter: () => false });
      bus.subscribe(OrderPlaced, fail);
      await publishErrorOf(bus.publish(new OrderPlaced()));
      expect(story.lines).toEqual([]);
    });

    it('a failure whose HandlerFailed handler had a failing filter reaches onError, and so does that of the filter, each once', () => {
      bus.subscribe(HandlerFailed, story.handler('never'), {
        filter: () => {
          throw new Error('broken filter');
        },
      });
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      expect(story.lines).toContain('onError: Error: broken filter');
      expect(story.lines).toContain('onError: Error: no stock');
      expect(story.lines).toHaveLength(2);
    });

    it('a failure whose HandlerFailed handler was never run by its around goes to onError', async () => {
      const gate = new Deferred();
      bus.subscribe(HandlerFailed, story.handler('never'), { around: () => gate.promise });
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      gate.resolve();
      await bus.idle();
      expect(story.lines).toEqual(['onError: Error: no stock']);
    });
  });
});
