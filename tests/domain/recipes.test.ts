import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EventBus } from 'class-events';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf } from '../support/rejection.js';
import { Answer, AnswersRepository, OnAnswerCreated } from './recipes/core-events-folder.js';
import { CountCourses, CourseCreated, InMemoryEventBus } from './recipes/event-bus-port.js';
import { CreateWallet, User, UserRepository } from './recipes/publishing-aggregate.js';
import {
  AfterOrderPlaced,
  afterSave,
  bus,
  DomainEvents,
  Order,
  UniqueEntityID,
} from './recipes/static-domain-events.js';

const root = resolve(__dirname, '../..');
const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
const pages = readdirSync(join(root, 'docs/recipes'));

describe('a recipe', () => {
  it.each(pages)('%s shows the code that is run here', (page) => {
    const [, after] = /\n## After\n\n```ts\n([^]*?)```\n/.exec(read('docs/recipes', page)) ?? [];
    expect(after).toBe(read('tests/domain/recipes', page.replace(/md$/, 'ts')));
  });

  it('shows the hand-written class that the façade is compared with', () => {
    expect(read('docs/recipes/static-domain-events.md')).toContain(read('tests/domain/hand-written.ts'));
  });

  it.each(pages)('%s is named by the page on aggregates', (page) => {
    expect(read('docs/domain.md')).toContain(`](recipes/${page})`);
  });
});

describe('the code of the recipes', () => {
  let story: Recorder;
  beforeEach(() => {
    story = new Recorder();
  });
  /** Something that handlers call; it notes the id, and fails when told to. */
  const noting =
    (failure?: Error) =>
    async (id: unknown): Promise<void> => {
      story.note(String((id as { value?: string }).value ?? id));
      if (failure) throw failure;
    };

  it('the recipe with a static DomainEvents dispatches from a hook, and the hook waits', async () => {
    expect(new AfterOrderPlaced(noting())).toBeDefined();
    expect(bus.subscriptions()).toHaveLength(1);
    const order = new Order({ customer: 'maria' }, new UniqueEntityID('o-1'));
    order.place();
    expect(order.domainEvents).toHaveLength(1);
    await afterSave({ order_id: 'o-2' });
    expect(story.lines).toEqual([]);
    await afterSave({ order_id: 'o-1' });
    await afterSave({ order_id: 'o-1' });
    expect(story.lines).toEqual(['o-1']);
    DomainEvents.clearHandlers();
    expect(bus.subscriptions()).toEqual([]);
  });

  it('the recipe with repositories that dispatch has handled the events when create resolves, and hears of failures', async () => {
    const bus = new EventBus();
    const repository = new AnswersRepository(bus);
    const subscription = bus.register(new OnAnswerCreated(noting()));
    await repository.create(Answer.create('a-1', 'maria'));
    expect(story.lines).toEqual(['maria']);
    subscription.unsubscribe();
    const failure = new Error('no mail');
    bus.register(new OnAnswerCreated(noting(failure)));
    const error = await publishErrorOf(repository.create(Answer.create('a-2', 'juan')));
    expect(error.errors).toEqual([failure]);
  });

  it('the recipe with an aggregate that is published in its transaction rolls back when a handler fails', async () => {
    const bus = new EventBus();
    const db = {
      async transaction(run: () => Promise<void>): Promise<void> {
        try {
          await run();
          story.note('commit');
        } catch (error) {
          story.note('rollback');
          throw error;
        }
      },
      insert: async ({ id }: User): Promise<void> => story.note(`insert ${id}`),
    };
    const users = new UserRepository(db, bus);
    const subscription = bus.register(new CreateWallet(noting()));
    await users.insert(new User('u-1'));
    expect(story.take()).toEqual(['insert u-1', 'u-1', 'commit']);
    subscription.unsubscribe();
    bus.register(new CreateWallet(noting(new Error('no wallet'))));
    await publishErrorOf(users.insert(new User('u-2')));
    expect(story.take()).toEqual(['insert u-2', 'u-2', 'rollback']);
  });

  it('the recipe with an EventBus port gives subscribers what they subscribed to, and publish waits for them', async () => {
    const port = new InMemoryEventBus();
    const counter = new CountCourses();
    port.addSubscribers([counter]);
    await port.publish([new CourseCreated('c-1'), new CourseCreated('c-2')]);
    expect(counter.count).toBe(2);
    expect(port.bus.subscriptions().map(({ name, mode }) => [name, mode])).toEqual([['CountCourses', 'async']]);
  });
});
