import { EventBus } from 'class-events';
import { Deferred } from '../../support/deferred.js';
import { Recorder } from '../../support/recorder.js';

class A {}
class B {}
class C {}
class D {}

describe('The emit queue', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('is drained after the last async handler of the current event has been started', async () => {
    bus.subscribe(
      A,
      story.handler('a sync', () => bus.emit(new B())),
    );
    bus.subscribe(
      A,
      story.asyncHandler('a async', () => bus.emit(new C())),
    );
    bus.subscribe(A, story.asyncHandler('a async too'));
    bus.subscribe(B, story.handler('b'));
    bus.subscribe(C, story.handler('c'));
    await bus.publish(new A());
    expect(story.lines).toEqual(['a sync', 'a async', 'a async too', 'b', 'c']);
  });

  it('is first in, first out over generations', () => {
    bus.subscribe(A, () => {
      story.note('a');
      bus.emit(new B());
      bus.emit(new C());
    });
    bus.subscribe(
      B,
      story.handler('b', () => bus.emit(new D())),
    );
    bus.subscribe(C, story.handler('c'));
    bus.subscribe(D, story.handler('d'));
    bus.emit(new A());
    expect(story.lines).toEqual(['a', 'b', 'c', 'd']);
  });

  it('does not wait for the promises of the current event', async () => {
    const gate = new Deferred();
    bus.subscribe(A, async () => {
      bus.emit(new B());
      await gate.promise;
      story.note('a ends');
    });
    bus.subscribe(B, story.handler('b'));
    const published = bus.publish(new A());
    expect(story.lines).toEqual(['b']);
    gate.resolve();
    await published;
  });

  it('is one for each bus', () => {
    const other = new EventBus();
    other.subscribe(B, story.handler('b of the other bus'));
    bus.subscribe(B, story.handler('b'));
    bus.subscribe(A, () => {
      bus.emit(new B());
      other.emit(new B());
      story.note('a');
    });
    bus.emit(new A());
    expect(story.lines).toEqual(['b of the other bus', 'a', 'b']);
  });

  it('the emit queue of a nested publish is its own, and drained before that returns', () => {
    bus.subscribe(A, () => {
      bus.emit(new C());
      void bus.publish(new B());
      story.note('a');
    });
    bus.subscribe(
      B,
      story.handler('b', () => bus.emit(new D())),
    );
    bus.subscribe(C, story.handler('c'));
    bus.subscribe(D, story.handler('d'));
    bus.emit(new A());
    expect(story.lines).toEqual(['b', 'd', 'a', 'c']);
  });

  it('goes on where it was when a queued event publishes', () => {
    bus.subscribe(A, () => {
      bus.emit(new B());
      bus.emit(new D());
    });
    bus.subscribe(B, () => {
      story.note('b');
      void bus.publish(new C());
      bus.emit(new C());
    });
    bus.subscribe(C, story.handler('c'));
    bus.subscribe(D, story.handler('d'));
    bus.emit(new A());
    expect(story.lines).toEqual(['b', 'c', 'd', 'c']);
  });

  it('is passed by after an await: emit runs at once', async () => {
    bus.subscribe(A, async () => {
      await Promise.resolve();
      bus.emit(new B());
      story.note('after emit');
    });
    bus.subscribe(B, story.handler('b'));
    await bus.publish(new A());
    expect(story.lines).toEqual(['b', 'after emit']);
  });

  it('takes the plan of a queued event when it runs', () => {
    const gone = bus.subscribe(B, story.handler('gone'));
    bus.subscribe(A, () => bus.emit(new B()));
    bus.subscribe(A, () => {
      gone.unsubscribe();
      bus.subscribe(B, story.handler('came'));
    });
    bus.emit(new A());
    expect(story.lines).toEqual(['came']);
  });

  it('keeps two publishes that overlap apart', async () => {
    const [one, two] = [new Deferred(), new Deferred()];
    bus.subscribe(A, async () => {
      await one.promise;
      bus.emit(new C());
      await bus.publish(new D());
      story.note('a');
    });
    bus.subscribe(B, async () => {
      await two.promise;
      bus.emit(new C());
      story.note('b');
    });
    bus.subscribe(C, story.handler('c'));
    bus.subscribe(D, story.handler('d'));
    const published = [bus.publish(new A()), bus.publish(new B())];
    two.resolve();
    await published[1];
    one.resolve();
    await published[0];
    expect(story.lines).toEqual(['c', 'b', 'c', 'd', 'a']);
  });

  it('loses nothing when a handler fails', () => {
    bus = new EventBus({ onError: () => undefined });
    bus.subscribe(A, () => {
      bus.emit(new B());
      throw new Error('after emit');
    });
    bus.subscribe(B, story.handler('b'));
    bus.emit(new A());
    bus.emit(new A());
    expect(story.lines).toEqual(['b', 'b']);
  });
});
