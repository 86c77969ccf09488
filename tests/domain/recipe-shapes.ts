/** One change of a recipe: what stands in a file, and what comes in its place. Without `to` the file is deleted. */
export interface Edit {
  /** A part of the step in the page of the recipe. */
  readonly step: string;
  readonly file: string;
  readonly from?: string;
  readonly to?: string;
}

/** An application that a recipe is written for, as a small copy of its shape, and the steps in the order of the page. */
export interface Shape {
  readonly files: Readonly<Record<string, string>>;
  readonly edits: readonly Edit[];
  /** What `main.ts` prints, before and after. */
  readonly prints: readonly [before: string, after: string];
}

const staticClass = (shouldRun: boolean): string => `
  import type { AggregateRoot } from './aggregate-root';
  import type { DomainEvent } from './domain-event';
  type Callback = (event: any) => void;
  export class DomainEvents {
    private static handlersMap: Record<string, Callback[]> = {};
    private static markedAggregates: AggregateRoot<any>[] = [];
    ${shouldRun ? 'public static shouldRun = true;' : ''}
    public static markAggregateForDispatch(aggregate: AggregateRoot<any>): void {
      if (!this.markedAggregates.some((marked) => marked.id.equals(aggregate.id))) this.markedAggregates.push(aggregate);
    }
    public static dispatchEventsForAggregate(id: { equals(other: unknown): boolean }): void {
      const aggregate = this.markedAggregates.find((marked) => marked.id.equals(id));
      if (!aggregate) return;
      aggregate.domainEvents.forEach((event: DomainEvent) => this.dispatch(event));
      aggregate.clearEvents();
      this.markedAggregates.splice(this.markedAggregates.indexOf(aggregate), 1);
    }
    public static register(callback: Callback, eventClassName: string): void {
      (this.handlersMap[eventClassName] ??= []).push(callback);
    }
    public static clearHandlers(): void { this.handlersMap = {}; }
    public static clearMarkedAggregates(): void { this.markedAggregates = []; }
    private static dispatch(event: DomainEvent): void {
      ${shouldRun ? 'if (!this.shouldRun) return;' : ''}
      for (const handler of this.handlersMap[event.constructor.name] ?? []) handler(event);
    }
  }`;

const uniqueEntityId = `
  export class UniqueEntityID {
    constructor(private readonly value: string) {}
    equals(other: unknown): boolean { return other instanceof UniqueEntityID && other.value === this.value; }
    toString(): string { return this.value; }
  }`;

const genericRoot = `
  import type { DomainEvent } from './domain-event';
  import { DomainEvents } from './domain-events';
  import { Entity } from './entity';
  export abstract class AggregateRoot<Props> extends Entity<Props> {
    private _domainEvents: DomainEvent[] = [];
    get domainEvents(): DomainEvent[] { return this._domainEvents; }
    protected addDomainEvent(domainEvent: DomainEvent): void {
      this._domainEvents.push(domainEvent);
      DomainEvents.markAggregateForDispatch(this);
    }
    clearEvents(): void { this._domainEvents = []; }
  }`;

const coreEventsFolder: Shape = {
  files: {
    'unique-entity-id.ts': uniqueEntityId,
    'entity.ts': `
      import { UniqueEntityID } from './unique-entity-id';
      export abstract class Entity<Props> {
        private _id: UniqueEntityID;
        protected props: Props;
        get id() { return this._id; }
        protected constructor(props: Props, id?: UniqueEntityID) { this.props = props; this._id = id ?? new UniqueEntityID('a-1'); }
        public equals(entity: Entity<any>): boolean { return entity === this || entity.id.equals(this._id); }
      }`,
    'domain-event.ts': `export interface DomainEvent { ocurredAt: Date; }`,
    'domain-events.ts': staticClass(true),
    'aggregate-root.ts': genericRoot,
    'answer.ts': `
      import { AggregateRoot } from './aggregate-root';
      import type { DomainEvent } from './domain-event';
      import type { UniqueEntityID } from './unique-entity-id';
      export interface AnswerProps { authorId: string; content: string; }
      export class AnswerCreatedEvent implements DomainEvent {
        public ocurredAt = new Date();
        constructor(readonly answer: Answer) {}
      }
      export class Answer extends AggregateRoot<AnswerProps> {
        get authorId() { return this.props.authorId; }
        set content(content: string) { this.props.content = content; }
        static create(props: AnswerProps, id?: UniqueEntityID): Answer {
          const answer = new Answer(props, id);
          if (!id) answer.addDomainEvent(new AnswerCreatedEvent(answer));
          return answer;
        }
      }`,
    'answers-repository.ts': `
      import type { Answer } from './answer';
      import { DomainEvents } from './domain-events';
      export class InMemoryAnswersRepository {
        public items: Answer[] = [];
        async create(answer: Answer): Promise<void> {
          this.items.push(answer);
          DomainEvents.dispatchEventsForAggregate(answer.id);
        }
      }`,
    'on-answer-created.ts': `
      import { AnswerCreatedEvent } from './answer';
      import { DomainEvents } from './domain-events';
      export class OnAnswerCreated {
        constructor(private notify: (authorId: string) => Promise<void>) { this.setupSubscriptions(); }
        setupSubscriptions(): void { DomainEvents.register(this.sendNotification.bind(this), AnswerCreatedEvent.name); }
        private async sendNotification({ answer }: AnswerCreatedEvent): Promise<void> { await this.notify(answer.authorId); }
      }`,
    'main.ts': `
      import { Answer } from './answer';
      import { InMemoryAnswersRepository } from './answers-repository';
      import { DomainEvents } from './domain-events';
      import { OnAnswerCreated } from './on-answer-created';
      const told: string[] = [];
      new OnAnswerCreated(async (authorId) => { await new Promise((done) => setTimeout(done)); told.push(authorId); });
      const answers = new InMemoryAnswersRepository();
      const test = async (): Promise<void> => {
        DomainEvents.shouldRun = false;
        await answers.create(Answer.create({ authorId: 'nobody', content: '' }));
        DomainEvents.shouldRun = true;
        await answers.create(Answer.create({ authorId: 'maria', content: '' }));
        process.stdout.write(told.join());
      };
      void test();`,
  },
  edits: [
    {
      step: 'take `protected` from the constructor of `Entity`',
      file: 'entity.ts',
      from: 'protected constructor',
      to: 'constructor',
    },
    {
      step: 'let them `await publishEventsOf(bus, answer)`',
      file: 'answers-repository.ts',
      from: "import { DomainEvents } from './domain-events';",
      to: "import type { EventBus } from 'class-events';\nimport { publishEventsOf } from 'class-events/domain';",
    },
    {
      step: 'give the repositories a bus',
      file: 'answers-repository.ts',
      from: 'public items: Answer[] = [];',
      to: 'public items: Answer[] = [];\nconstructor(private bus: EventBus) {}',
    },
    {
      step: 'let them `await publishEventsOf(bus, answer)`',
      file: 'answers-repository.ts',
      from: 'DomainEvents.dispatchEventsForAggregate(answer.id);',
      to: 'await publishEventsOf(this.bus, answer);',
    },
    {
      step: 'Let each aggregate extend `recordsEvents(Entity<Props>)<…>`',
      file: 'answer.ts',
      from: 'extends AggregateRoot<AnswerProps>',
      to: 'extends recordsEvents(Entity<AnswerProps>)<AnswerCreatedEvent>',
    },
    {
      step: 'Let each aggregate extend `recordsEvents(Entity<Props>)<…>`',
      file: 'answer.ts',
      from: "import { AggregateRoot } from './aggregate-root';",
      to: "import { recordsEvents } from 'class-events/domain';\nimport { Entity } from './entity';",
    },
    {
      step: '`record` in place of `addDomainEvent`',
      file: 'answer.ts',
      from: 'answer.addDomainEvent(',
      to: 'answer.record(',
    },
    { step: 'Delete `AggregateRoot` and the folder', file: 'aggregate-root.ts' },
    { step: 'Delete `AggregateRoot` and the folder', file: 'domain-events.ts' },
    {
      step: 'Mark the methods of the subscribers with `@On`',
      file: 'on-answer-created.ts',
      from: 'private async sendNotification',
      to: '@On(AnswerCreatedEvent)\n async sendNotification',
    },
    {
      step: 'Delete `setupSubscriptions`',
      file: 'on-answer-created.ts',
      from: 'setupSubscriptions(): void { DomainEvents.register(this.sendNotification.bind(this), AnswerCreatedEvent.name); }',
      to: '',
    },
    {
      step: 'Delete `setupSubscriptions`',
      file: 'on-answer-created.ts',
      from: '{ this.setupSubscriptions(); }',
      to: '{}',
    },
    {
      step: 'Mark the methods of the subscribers with `@On`',
      file: 'on-answer-created.ts',
      from: "import { DomainEvents } from './domain-events';",
      to: "import { On } from 'class-events';",
    },
    {
      step: '`bus.register(…)` them',
      file: 'main.ts',
      from: 'new OnAnswerCreated(async (authorId) => { await new Promise((done) => setTimeout(done)); told.push(authorId); });',
      to: 'const bus = new EventBus();\nbus.register(new OnAnswerCreated(async (authorId) => { await new Promise((done) => setTimeout(done)); told.push(authorId); }));',
    },
    {
      step: 'give the repositories a bus',
      file: 'main.ts',
      from: 'new InMemoryAnswersRepository()',
      to: 'new InMemoryAnswersRepository(bus)',
    },
    {
      step: '`isolate(bus, [])`',
      file: 'main.ts',
      from: 'DomainEvents.shouldRun = false;',
      to: 'const isolation = isolate(bus, []);',
    },
    { step: '`isolate(bus, [])`', file: 'main.ts', from: 'DomainEvents.shouldRun = true;', to: 'isolation.end();' },
    {
      step: '`isolate(bus, [])`',
      file: 'main.ts',
      from: "import { DomainEvents } from './domain-events';",
      to: "import { EventBus } from 'class-events';\nimport { isolate } from 'class-events/testing';",
    },
  ],
  // Before, nobody waits for the handlers.
  prints: ['', 'maria'],
};

const staticDomainEvents: Shape = {
  files: {
    'unique-entity-id.ts': uniqueEntityId,
    'entity.ts': `
      import { UniqueEntityID } from './unique-entity-id';
      export abstract class Entity<T> {
        protected readonly _id: UniqueEntityID;
        public readonly props: T;
        constructor(props: T, id?: UniqueEntityID) { this._id = id ?? new UniqueEntityID('u-1'); this.props = props; }
        get id(): UniqueEntityID { return this._id; }
      }`,
    'domain-event.ts': `export interface DomainEvent { dateTimeOccurred: Date; }`,
    'domain-events.ts': staticClass(false),
    'aggregate-root.ts': genericRoot,
    'user.ts': `
      import { AggregateRoot } from './aggregate-root';
      import type { DomainEvent } from './domain-event';
      export class UserCreated implements DomainEvent {
        public dateTimeOccurred = new Date();
        constructor(readonly user: User) {}
      }
      export class User extends AggregateRoot<{ name: string }> {
        get name(): string { return this.props.name; }
        static create(name: string): User {
          const user = new User({ name });
          user.addDomainEvent(new UserCreated(user));
          return user;
        }
      }`,
    'after-user-created.ts': `
      import { DomainEvents } from './domain-events';
      import { UserCreated } from './user';
      export class AfterUserCreated {
        constructor(private greet: (name: string) => Promise<void>) { this.setupSubscriptions(); }
        setupSubscriptions(): void { DomainEvents.register(this.onUserCreated.bind(this), UserCreated.name); }
        private async onUserCreated(event: UserCreated): Promise<void> { await this.greet(event.user.name); }
      }`,
    'hooks.ts': `
      import { DomainEvents } from './domain-events';
      import { UniqueEntityID } from './unique-entity-id';
      export const afterCreate = async (row: { user_id: string }): Promise<void> => {
        DomainEvents.dispatchEventsForAggregate(new UniqueEntityID(row.user_id));
      };`,
    'main.ts': `
      import { AfterUserCreated } from './after-user-created';
      import { DomainEvents } from './domain-events';
      import { afterCreate } from './hooks';
      import { User, UserCreated } from './user';
      const greeted: string[] = [];
      new AfterUserCreated(async (name) => { await new Promise((done) => setTimeout(done)); greeted.push(name); });
      const spec = async (): Promise<void> => {
        const user = User.create('maria');
        const subscribed = DomainEvents['handlersMap'][UserCreated.name]?.length;
        const recorded = DomainEvents['markedAggregates'][0]?.domainEvents.length;
        await afterCreate({ user_id: user.id.toString() });
        process.stdout.write([subscribed, recorded, ...greeted].join());
        DomainEvents.clearHandlers();
        DomainEvents.clearMarkedAggregates();
      };
      void spec();`,
  },
  edits: [
    {
      step: 'Replace the file by two lines',
      file: 'domain-events.ts',
      to: `import { EventBus } from 'class-events';
        import { domainEvents } from 'class-events/domain';
        export const bus = new EventBus();
        export const DomainEvents = domainEvents(bus);`,
    },
    {
      step: 'In each `register`, drop the `.name`',
      file: 'after-user-created.ts',
      from: 'UserCreated.name',
      to: 'UserCreated',
    },
    {
      step: 'hand on the promise of `dispatchEventsForAggregate`',
      file: 'hooks.ts',
      from: 'DomainEvents.dispatch',
      to: 'await DomainEvents.dispatch',
    },
    {
      step: 'give the root `pullEvents() { return this._domainEvents.splice(0); }`',
      file: 'aggregate-root.ts',
      from: 'clearEvents(): void { this._domainEvents = []; }',
      to: 'pullEvents() { return this._domainEvents.splice(0); }',
    },
    {
      step: '`bus.subscriptions(OrderPlaced).length`',
      file: 'main.ts',
      from: "DomainEvents['handlersMap'][UserCreated.name]?.length",
      to: 'bus.subscriptions(UserCreated).length',
    },
    {
      step: '`order.domainEvents.length`',
      file: 'main.ts',
      from: "DomainEvents['markedAggregates'][0]?.domainEvents.length",
      to: 'user.domainEvents.length',
    },
    {
      step: '`bus.subscriptions(OrderPlaced).length`',
      file: 'main.ts',
      from: 'import { DomainEvents }',
      to: 'import { bus, DomainEvents }',
    },
  ],
  prints: ['1,1', '1,1,maria'],
};

const publishingAggregate: Shape = {
  files: {
    'entity.ts': `
      export abstract class Entity<EntityProps> {
        protected abstract _id: string;
        readonly #props: EntityProps;
        constructor({ id, props }: { id: string; props: EntityProps }) { this.setId(id); this.#props = props; this.validate(); }
        get id(): string { return this._id; }
        getProps(): EntityProps { return this.#props; }
        public abstract validate(): void;
        private setId(id: string): void { Object.assign(this, { _id: id }); }
      }`,
    'aggregate-root.ts': `
      import { Entity } from './entity';
      export interface Emitter { emitAsync(name: string, event: object): Promise<unknown> }
      export interface Logger { debug(text: string): void }
      export abstract class AggregateRoot<EntityProps> extends Entity<EntityProps> {
        private _domainEvents: object[] = [];
        protected addEvent(domainEvent: object): void { this._domainEvents.push(domainEvent); }
        public async publishEvents(logger: Logger, eventEmitter: Emitter): Promise<void> {
          await Promise.all(this._domainEvents.map(async (event) => {
            logger.debug(event.constructor.name);
            return eventEmitter.emitAsync(event.constructor.name, event);
          }));
          this._domainEvents = [];
        }
      }`,
    'user.ts': `
      import { AggregateRoot } from './aggregate-root';
      export class UserCreated { constructor(readonly userId: string) {} }
      export class UserEntity extends AggregateRoot<{ email: string }> {
        protected declare readonly _id: string;
        static create(email: string): UserEntity {
          const user = new UserEntity({ id: 'u-1', props: { email } });
          user.addEvent(new UserCreated(user.id));
          return user;
        }
        validate(): void {}
      }`,
    'repository.ts': `
      import type { Emitter, Logger } from './aggregate-root';
      import type { UserEntity } from './user';
      export class UserRepository {
        constructor(private transaction: (run: () => Promise<void>) => Promise<void>, private logger: Logger, private eventEmitter: Emitter) {}
        async insert(entity: UserEntity): Promise<void> {
          await this.transaction(async () => { await entity.publishEvents(this.logger, this.eventEmitter); });
        }
      }`,
    'main.ts': `
      import { UserRepository } from './repository';
      import { UserCreated, UserEntity } from './user';
      const said: string[] = [];
      class CreateWallet { async handle({ userId }: UserCreated): Promise<void> { await new Promise((done) => setTimeout(done)); said.push(userId); } }
      const handlers: Record<string, (event: any) => Promise<void>> = { [UserCreated.name]: (event) => new CreateWallet().handle(event) };
      const emitter = { emitAsync: async (name: string, event: object) => handlers[name]?.(event) };
      const users = new UserRepository((run) => run(), { debug: (text) => void said.push(text) }, emitter);
      void users.insert(UserEntity.create('maria@example.org')).then(() => process.stdout.write(said.join()));`,
  },
  edits: [
    {
      step: '`recordsEvents(Entity<Props>)<…>`',
      file: 'user.ts',
      from: 'extends AggregateRoot<{ email: string }>',
      to: 'extends recordsEvents(Entity<{ email: string }>)<UserCreated>',
    },
    {
      step: '`recordsEvents(Entity<Props>)<…>`',
      file: 'user.ts',
      from: "import { AggregateRoot } from './aggregate-root';",
      to: "import { recordsEvents } from 'class-events/domain';\nimport { Entity } from './entity';",
    },
    { step: '`addEvent` becomes `record`', file: 'user.ts', from: 'user.addEvent(', to: 'user.record(' },
    {
      step: '`await publishEventsOf(bus, entity)` in place of',
      file: 'repository.ts',
      from: 'await entity.publishEvents(this.logger, this.eventEmitter);',
      to: 'await publishEventsOf(this.bus, entity);',
    },
    {
      step: '`await publishEventsOf(bus, entity)` in place of',
      file: 'repository.ts',
      from: 'private logger: Logger, private eventEmitter: Emitter',
      to: 'private bus: EventBus',
    },
    {
      step: '`await publishEventsOf(bus, entity)` in place of',
      file: 'repository.ts',
      from: "import type { Emitter, Logger } from './aggregate-root';",
      to: "import type { EventBus } from 'class-events';\nimport { publishEventsOf } from 'class-events/domain';",
    },
    { step: '`await publishEventsOf(bus, entity)` in place of', file: 'aggregate-root.ts' },
    {
      step: '`@OnEvent(UserCreated.name, …)` becomes `@On(UserCreated)`',
      file: 'main.ts',
      from: 'class CreateWallet { async',
      to: "import { EventBus, On } from 'class-events';\nconst bus = new EventBus();\nclass CreateWallet { @On(UserCreated) async",
    },
    {
      step: '`@OnEvent(UserCreated.name, …)` becomes `@On(UserCreated)`',
      file: 'main.ts',
      from: 'const handlers: Record<string, (event: any) => Promise<void>> = { [UserCreated.name]: (event) => new CreateWallet().handle(event) };',
      to: 'bus.register(new CreateWallet());',
    },
    {
      step: '`bus.observe({ onPlan: ({ event }) => logger.debug(event.constructor.name) })`',
      file: 'main.ts',
      from: 'const emitter = { emitAsync: async (name: string, event: object) => handlers[name]?.(event) };',
      to: 'bus.observe({ onPlan: ({ event }) => void said.push(event.constructor.name) });',
    },
    {
      step: '`await publishEventsOf(bus, entity)` in place of',
      file: 'main.ts',
      from: '{ debug: (text) => void said.push(text) }, emitter',
      to: 'bus',
    },
  ],
  prints: ['UserCreated,u-1', 'UserCreated,u-1'],
};

const eventBusPort: Shape = {
  files: {
    'domain-event.ts': `
      export abstract class DomainEvent {
        static EVENT_NAME: string;
        static fromPrimitives: (params: { aggregateId: string }) => DomainEvent;
        readonly eventName: string;
        constructor({ eventName, aggregateId }: { eventName: string; aggregateId: string }) { this.eventName = eventName; this.aggregateId = aggregateId; }
        readonly aggregateId: string;
      }
      export type DomainEventClass = {
        EVENT_NAME: string;
        fromPrimitives(params: { aggregateId: string }): DomainEvent;
      };`,
    'event-bus.ts': `
      import type { DomainEvent, DomainEventClass } from './domain-event';
      export interface DomainEventSubscriber<T extends DomainEvent> {
        subscribedTo(): Array<DomainEventClass>;
        on(domainEvent: T): Promise<void>;
      }
      export interface EventBus {
        publish(events: Array<DomainEvent>): Promise<void>;
        addSubscribers(subscribers: Array<DomainEventSubscriber<DomainEvent>>): void;
      }`,
    'in-memory-event-bus.ts': `
      import { EventEmitter } from 'node:events';
      import type { DomainEvent } from './domain-event';
      import type { DomainEventSubscriber, EventBus } from './event-bus';
      export class InMemoryAsyncEventBus extends EventEmitter implements EventBus {
        async publish(events: DomainEvent[]): Promise<void> { events.map((event) => this.emit(event.eventName, event)); }
        addSubscribers(subscribers: DomainEventSubscriber<DomainEvent>[]): void {
          subscribers.forEach((subscriber) => {
            subscriber.subscribedTo().forEach((event) => { this.on(event.EVENT_NAME, subscriber.on.bind(subscriber)); });
          });
        }
      }`,
    'course.ts': `
      import { DomainEvent, type DomainEventClass } from './domain-event';
      import type { DomainEventSubscriber } from './event-bus';
      export class CourseCreated extends DomainEvent {
        static readonly EVENT_NAME = 'course.created';
        constructor({ aggregateId }: { aggregateId: string }) { super({ eventName: CourseCreated.EVENT_NAME, aggregateId }); }
        static fromPrimitives = (params: { aggregateId: string }): DomainEvent => new CourseCreated(params);
      }
      export class CountCourses implements DomainEventSubscriber<CourseCreated> {
        count = 0;
        subscribedTo(): DomainEventClass[] { return [CourseCreated]; }
        async on(): Promise<void> { await new Promise((done) => setTimeout(done)); this.count += 1; }
      }`,
    'main.ts': `
      import { CountCourses, CourseCreated } from './course';
      import type { EventBus } from './event-bus';
      import { InMemoryAsyncEventBus } from './in-memory-event-bus';
      const bus: EventBus = new InMemoryAsyncEventBus();
      const counter = new CountCourses();
      bus.addSubscribers([counter]);
      void bus.publish([new CourseCreated({ aggregateId: 'c-1' }), new CourseCreated({ aggregateId: 'c-2' })]).then(() => process.stdout.write(String(counter.count)));`,
  },
  edits: [
    {
      step: '`DomainEventClass`, which names static members alone, gets `EventClass<DomainEvent> &`',
      file: 'domain-event.ts',
      from: 'export type DomainEventClass = {',
      to: "import type { EventClass } from 'class-events';\nexport type DomainEventClass = EventClass<DomainEvent> & {",
    },
    {
      step: 'Write the adapter below',
      file: 'in-memory-event-bus.ts',
      to: `import { EventBus as ClassEventBus } from 'class-events';
        import type { DomainEvent } from './domain-event';
        import type { DomainEventSubscriber, EventBus } from './event-bus';
        export class InMemoryAsyncEventBus implements EventBus {
          constructor(readonly bus = new ClassEventBus()) {}
          async publish(events: DomainEvent[]): Promise<void> { await this.bus.publishAll(events); }
          addSubscribers(subscribers: DomainEventSubscriber<DomainEvent>[]): void {
            for (const subscriber of subscribers) {
              this.bus.subscribe(subscriber.subscribedTo(), async (event) => subscriber.on(event), { name: subscriber.constructor.name });
            }
          }
        }`,
    },
  ],
  prints: ['0', '2'],
};

/** By the page of the recipe. */
export const shapes: Readonly<Record<string, Shape>> = {
  'core-events-folder.md': coreEventsFolder,
  'static-domain-events.md': staticDomainEvents,
  'publishing-aggregate.md': publishingAggregate,
  'event-bus-port.md': eventBusPort,
};
