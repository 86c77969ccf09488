import { type EventBus, On } from 'class-events';
import { publishEventsOf, recordsEvents } from 'class-events/domain';

// core/entities: Entity's constructor is not protected any more; AggregateRoot and core/events/domain-events.ts are deleted
abstract class Entity<Props> {
  constructor(
    readonly id: string,
    protected readonly props: Props,
  ) {}
}

// domain/forum/enterprise
export class AnswerCreated {
  constructor(
    readonly answerId: string,
    readonly authorId: string,
  ) {}
}
export class Answer extends recordsEvents(Entity<{ readonly authorId: string }>)<AnswerCreated> {
  static create(id: string, authorId: string): Answer {
    const answer = new Answer(id, { authorId });
    answer.record(new AnswerCreated(id, authorId));
    return answer;
  }
}

// infra/database, and the in-memory repository of the tests in the same way
export class AnswersRepository {
  readonly items: Answer[] = [];
  constructor(private readonly bus: EventBus) {}

  async create(answer: Answer): Promise<void> {
    this.items.push(answer);
    await publishEventsOf(this.bus, answer);
  }
}

// domain/notification/application/subscribers: bus.register(new OnAnswerCreated(…)) where it was only constructed
export class OnAnswerCreated {
  constructor(private readonly notify: (recipientId: string) => Promise<void>) {}

  @On(AnswerCreated)
  async sendNotification({ authorId }: AnswerCreated): Promise<void> {
    await this.notify(authorId);
  }
}
