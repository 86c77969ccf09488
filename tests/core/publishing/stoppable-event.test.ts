import { EventBus, StoppableEvent } from 'class-events';
import { Recorder } from '../../support/recorder.js';

class LoginAttempted extends StoppableEvent {
  constructor(readonly user = 'ada') {
    super();
  }
}

describe('A StoppableEvent', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  const stop = (event: StoppableEvent): void => event.stopPropagation();

  it('a StoppableEvent that a handler stops does not reach the handlers after it', async () => {
    bus.subscribe(LoginAttempted, story.handler('after'), { priority: -1 });
    bus.subscribe(LoginAttempted, story.handler('before'), { priority: 1 });
    bus.subscribe(LoginAttempted, story.handler('stops', stop));
    bus.subscribe(LoginAttempted, story.asyncHandler('async'));
    const event = new LoginAttempted();
    expect(event.propagationStopped).toBe(false);
    const { deliveries } = await bus.publish(event);
    expect(event.propagationStopped).toBe(true);
    expect(story.lines).toEqual(['before', 'stops']);
    expect(deliveries.map(({ status, reason }) => [status, reason])).toEqual([
      ['fulfilled', undefined],
      ['fulfilled', undefined],
      ['skipped', 'stopped'],
      ['skipped', 'stopped'],
    ]);
  });

  it('a StoppableEvent that no handler stops reaches all', async () => {
    bus.subscribe(LoginAttempted, story.handler('one'));
    bus.subscribe(Object, story.asyncHandler('two'));
    await bus.publish(new LoginAttempted());
    expect(story.lines).toEqual(['one', 'two']);
  });

  it('a StoppableEvent that an async handler stops before its first await does not reach the async ones after it', async () => {
    bus.subscribe(LoginAttempted, story.asyncHandler('stops', stop));
    bus.subscribe(LoginAttempted, story.asyncHandler('after'));
    await bus.publish(new LoginAttempted());
    expect(story.lines).toEqual(['stops']);
  });

  it('a StoppableEvent that is stopped when all have started changes nothing', async () => {
    bus.subscribe(LoginAttempted, async (event) => {
      await Promise.resolve();
      event.stopPropagation();
    });
    bus.subscribe(LoginAttempted, story.asyncHandler('after'));
    const { deliveries } = await bus.publish(new LoginAttempted());
    expect(story.lines).toEqual(['after']);
    expect(deliveries.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });

  it('a StoppableEvent that is stopped already reaches no handler, and is not unhandled', async () => {
    bus.subscribe(LoginAttempted, story.handler('never'));
    const event = new LoginAttempted();
    event.stopPropagation();
    const { deliveries, unhandled } = await bus.publish(event);
    expect(deliveries).toMatchObject([{ status: 'skipped', reason: 'stopped' }]);
    expect(unhandled).toBe(false);
    expect(story.lines).toEqual([]);
  });

  it('a StoppableEvent that is frozen can be stopped too', async () => {
    bus.subscribe(LoginAttempted, stop);
    bus.subscribe(LoginAttempted, story.handler('never'));
    const event = Object.freeze(new LoginAttempted());
    await bus.publish(event);
    expect(event.propagationStopped).toBe(true);
    expect(story.lines).toEqual([]);
  });

  it('a StoppableEvent that a failing handler has stopped stays stopped', async () => {
    bus.subscribe(LoginAttempted, (event) => {
      event.stopPropagation();
      throw new Error('stopped and failed');
    });
    bus.subscribe(LoginAttempted, story.handler('never'));
    const { deliveries } = await bus.publishSettled(new LoginAttempted());
    expect(deliveries.map(({ status }) => status)).toEqual(['rejected', 'skipped']);
  });

  it('stops for itself alone, not for another event of its class', async () => {
    bus.subscribe(LoginAttempted, (event) => {
      if (event.user === 'eve') event.stopPropagation();
    });
    bus.subscribe(LoginAttempted, (event) => story.note(event.user));
    await bus.publishAll([new LoginAttempted('eve'), new LoginAttempted('ada')]);
    expect(story.lines).toEqual(['ada']);
  });

  it('is known by a registered symbol, so that another copy of the package is understood', async () => {
    class Foreign {
      propagationStopped = false;
    }
    Object.defineProperty(Foreign.prototype, Symbol.for('class-events/stoppable'), { value: true });
    bus.subscribe(Foreign, (event) => void (event.propagationStopped = true));
    bus.subscribe(Foreign, story.handler('never'));
    await bus.publish(new Foreign());
    expect(story.lines).toEqual([]);
  });

  it('is no other event that merely has such a property', async () => {
    class Lookalike {
      readonly propagationStopped = true;
    }
    bus.subscribe(Lookalike, story.handler('handler'));
    await bus.publish(new Lookalike());
    expect(story.lines).toEqual(['handler']);
  });

  it('does not stop by what a handler returns', async () => {
    bus.subscribe(LoginAttempted, () => false);
    bus.subscribe(LoginAttempted, story.handler('next'));
    await bus.publish(new LoginAttempted());
    expect(story.lines).toEqual(['next']);
  });
});
