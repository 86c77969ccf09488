import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { scan, type Scan } from '../../src/scan/scan.js';
import { projectOnDisk, removeProjects } from './project-on-disk.js';

const scanned = (files: Readonly<Record<string, string>>): Scan => scan(projectOnDisk(files));

const names = (findings: Scan['unpublished']): string[] => findings.map(({ eventClass }) => eventClass);

/** The shape of an application whose repositories publish what aggregates recorded, `core/events` taken out. */
const forum: Record<string, string> = {
  'core/entity.ts': `
    export abstract class Entity<Props> {
      protected props: Props;
      constructor(props: Props, readonly id = 'an id') { this.props = props; }
    }`,
  'domain/answer.ts': `
    import { recordsEvents } from 'class-events/domain';
    import { Entity } from '../core/entity.js';
    export class AnswerCreatedEvent { constructor(readonly answer: Answer) {} }
    export class Answer extends recordsEvents(Entity<{ content: string }>)<AnswerCreatedEvent> {
      static create(props: { content: string }): Answer {
        const answer = new Answer(props);
        answer.record(new AnswerCreatedEvent(answer));
        return answer;
      }
    }`,
  'domain/question.ts': `
    import { AggregateRoot } from 'class-events/domain';
    export class BestAnswerChosenEvent { constructor(readonly answerId: string) {} }
    export class Question extends AggregateRoot {
      #bestAnswerId: string | undefined;
      set bestAnswerId(id: string) { this.#bestAnswerId = id; this.record(new BestAnswerChosenEvent(id)); }
      get bestAnswerId(): string | undefined { return this.#bestAnswerId; }
    }`,
  'domain/repositories.ts': `
    import type { Answer } from './answer.js';
    import type { Question } from './question.js';
    export abstract class AnswersRepository { abstract create(answer: Answer): Promise<void>; }
    export abstract class QuestionsRepository { abstract save(question: Question): Promise<void>; }`,
  'infra/repositories.ts': `
    import type { EventBus } from 'class-events';
    import { publishEventsOf } from 'class-events/domain';
    import type { Answer } from '../domain/answer.js';
    import type { Question } from '../domain/question.js';
    import type { AnswersRepository, QuestionsRepository } from '../domain/repositories.js';
    export class InMemoryAnswers implements AnswersRepository {
      readonly items: Answer[] = [];
      constructor(private readonly bus: EventBus) {}
      async create(answer: Answer) { this.items.push(answer); await publishEventsOf(this.bus, answer); }
    }
    export class PrismaQuestions implements QuestionsRepository {
      constructor(private readonly bus: EventBus) {}
      async save(question: Question) { await Promise.all([publishEventsOf(this.bus, question)]); }
    }`,
  'subscribers.ts': `
    import { On } from 'class-events';
    import { AnswerCreatedEvent } from './domain/answer.js';
    import { BestAnswerChosenEvent } from './domain/question.js';
    export class OnAnswerCreated { @On(AnswerCreatedEvent) async send({ answer }: AnswerCreatedEvent) { return answer.id; } }
    export class OnBestAnswerChosen { @On(BestAnswerChosenEvent) async send({ answerId }: BestAnswerChosenEvent) { return answerId; } }`,
  'main.ts': `
    import { EventBus } from 'class-events';
    import { Answer } from './domain/answer.js';
    import { Question } from './domain/question.js';
    import type { AnswersRepository } from './domain/repositories.js';
    import { InMemoryAnswers, PrismaQuestions } from './infra/repositories.js';
    import { OnAnswerCreated, OnBestAnswerChosen } from './subscribers.js';
    const bus = new EventBus();
    bus.register(new OnAnswerCreated());
    bus.register(new OnBestAnswerChosen());
    const answers: AnswersRepository = new InMemoryAnswers(bus);
    await answers.create(Answer.create({ content: '' }));
    await new PrismaQuestions(bus).save(new Question());
    export {};`,
};

/** The shape of an application with a static `DomainEvents`, of which the façade has taken the place. */
const whiteLabel: Record<string, string> = {
  'shared/domain/events.ts': `
    import { EventBus } from 'class-events';
    import { domainEvents } from 'class-events/domain';
    export interface IDomainEvent { dateTimeOccurred: Date; getAggregateId(): string }
    export interface IHandle<T extends IDomainEvent> { setupSubscriptions(): void; readonly last?: T }
    export const bus = new EventBus();
    export const DomainEvents = domainEvents(bus);`,
  'shared/domain/aggregate-root.ts': `
    import { DomainEvents, type IDomainEvent } from './events.js';
    export abstract class Entity<T> { constructor(protected readonly props: T, readonly id: string) {} }
    export abstract class AggregateRoot<T> extends Entity<T> {
      private _domainEvents: IDomainEvent[] = [];
      get domainEvents(): IDomainEvent[] { return this._domainEvents; }
      protected addDomainEvent(domainEvent: IDomainEvent): void {
        this._domainEvents.push(domainEvent);
        DomainEvents.markAggregateForDispatch(this);
      }
      clearEvents(): void { this._domainEvents.splice(0); }
    }`,
  'users/user.ts': `
    import { AggregateRoot } from '../shared/domain/aggregate-root.js';
    import type { IDomainEvent } from '../shared/domain/events.js';
    export class UserCreated implements IDomainEvent {
      readonly dateTimeOccurred = new Date();
      constructor(readonly user: User) {}
      getAggregateId() { return this.user.id; }
    }
    export class User extends AggregateRoot<{ name: string }> {
      static create(name: string) { const user = new User({ name }, name); user.addDomainEvent(new UserCreated(user)); return user; }
    }`,
  'users/after-user-created.ts': `
    import { DomainEvents, type IHandle } from '../shared/domain/events.js';
    import { UserCreated } from './user.js';
    export class AfterUserCreated implements IHandle<UserCreated> {
      constructor() { this.setupSubscriptions(); }
      setupSubscriptions(): void { DomainEvents.register(this.onUserCreated.bind(this), UserCreated); }
      private async onUserCreated(event: UserCreated): Promise<void> { await event.user.id; }
    }`,
  'infra/hooks.ts': `
    import { DomainEvents } from '../shared/domain/events.js';
    export const afterSave = (row: { readonly user_id: string }) => DomainEvents.dispatchEventsForAggregate(row.user_id);`,
  'main.ts': `
    import { AfterUserCreated } from './users/after-user-created.js';
    import { User } from './users/user.js';
    new AfterUserCreated();
    User.create('maria');
    export {};`,
};

describe('A scan of an application with aggregates', () => {
  afterAll(removeProjects);

  it.each([
    ['whose repositories publish what they recorded', forum],
    ['whose hooks dispatch what was marked', whiteLabel],
  ])('finds nothing that does not meet: %s', (_, files) => {
    const { unhandled, unpublished, circles, unregistered, unknown, totals } = scanned(files);
    expect({ unhandled, unpublished, circles, unregistered, unknown }).toEqual({
      unhandled: [],
      unpublished: [],
      circles: [],
      unregistered: [],
      unknown: [],
    });
    expect(totals.publishes).toBeGreaterThan(0);
  });

  it('finds the handler whose event no aggregate records any more', () => {
    const question = forum['domain/question.ts']!.replace('this.record(new BestAnswerChosenEvent(id));', '');
    expect(names(scanned({ ...forum, 'domain/question.ts': question }).unpublished)).toEqual(['BestAnswerChosenEvent']);
  });

  it('finds what is recorded, and handled by nobody', () => {
    const main = forum['main.ts']!.replace('bus.register(new OnAnswerCreated());', '');
    const subscribers = forum['subscribers.ts']!.replace(/export class OnAnswerCreated.*/, '');
    const files = { ...forum, 'subscribers.ts': subscribers, 'main.ts': main.replace('OnAnswerCreated, ', '') };
    expect(names(scanned(files).unhandled)).toEqual(['AnswerCreatedEvent']);
  });

  it('finds that marked aggregates are dispatched nowhere', () => {
    const hooks = 'export {};';
    expect(names(scanned({ ...whiteLabel, 'infra/hooks.ts': hooks }).unpublished)).toEqual(['UserCreated']);
  });

  it('takes a parameter of any aggregate for all that the project has', () => {
    const code = `
      import { EventBus } from 'class-events';
      import { type Aggregate, AggregateRoot, publishEventsOf } from 'class-events/domain';
      class Paid { readonly paid = 1; }
      const bus = new EventBus();
      bus.subscribe(Paid, () => {});
      export class Order extends AggregateRoot<Paid> {}
      export const save = (aggregate: Aggregate) => publishEventsOf(bus, aggregate);`;
    expect(scanned({ 'a.ts': code })).toMatchObject({ unpublished: [], unhandled: [], unknown: [] });
  });

  it('says of the example with aggregates what is so: each of its events is published and handled', () => {
    const example = resolve(__dirname, '../../examples/19-ordering');
    const sources = readdirSync(example).filter((file) => file.endsWith('.ts'));
    // A copy: what belongs to class-events itself is left out of a scan.
    const files = sources.map((file) => [file, readFileSync(join(example, file), 'utf8')]);
    const { unhandled, unpublished, unregistered, unknown } = scanned(
      Object.fromEntries(files) as Record<string, string>,
    );
    expect({ unhandled, unpublished, unregistered, unknown }).toEqual({
      unhandled: [],
      unpublished: [],
      unregistered: [],
      unknown: [],
    });
  });
});
