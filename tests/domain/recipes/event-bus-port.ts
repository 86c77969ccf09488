import { EventBus as ClassEventBus, type EventClass } from 'class-events';

// Contexts/Shared/domain: the ports stay
abstract class DomainEvent {
  constructor(readonly aggregateId: string) {}
}
interface DomainEventSubscriber<E extends DomainEvent> {
  subscribedTo(): EventClass<E>[];
  on(event: E): Promise<void>;
}
interface EventBus {
  publish(events: DomainEvent[]): Promise<void>;
  addSubscribers(subscribers: DomainEventSubscriber<DomainEvent>[]): void;
}

// Contexts/Shared/infrastructure/EventBus: in place of InMemoryAsyncEventBus
export class InMemoryEventBus implements EventBus {
  constructor(readonly bus = new ClassEventBus()) {}

  async publish(events: DomainEvent[]): Promise<void> {
    await this.bus.publishAll(events);
  }

  addSubscribers(subscribers: DomainEventSubscriber<DomainEvent>[]): void {
    for (const subscriber of subscribers) {
      this.bus.subscribe(subscriber.subscribedTo(), async (event) => subscriber.on(event), {
        name: subscriber.constructor.name,
      });
    }
  }
}

// Contexts/Mooc: as before, without EVENT_NAME
export class CourseCreated extends DomainEvent {
  readonly created = true;
}
export class CountCourses implements DomainEventSubscriber<CourseCreated> {
  count = 0;
  subscribedTo(): EventClass<CourseCreated>[] {
    return [CourseCreated];
  }
  async on(): Promise<void> {
    this.count += 1;
  }
}
