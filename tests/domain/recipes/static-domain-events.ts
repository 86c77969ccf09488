import { EventBus } from 'class-events';
import { domainEvents, recordsEvents } from 'class-events/domain';

// shared/domain/events/DomainEvents.ts: the whole file
export const bus = new EventBus();
export const DomainEvents = domainEvents(bus);

// shared/domain/AggregateRoot.ts: the list of events goes, the two methods that others call stay
export class UniqueEntityID {
  constructor(private readonly value: string) {}
  equals(other: unknown): boolean {
    return other instanceof UniqueEntityID && other.value === this.value;
  }
}
abstract class Entity {
  constructor(readonly id: UniqueEntityID) {}
}
abstract class AggregateRoot<E extends object> extends recordsEvents(Entity)<E> {
  get domainEvents(): readonly E[] {
    return this.recordedEvents;
  }
  protected addDomainEvent(event: E): void {
    this.record(event);
    DomainEvents.markAggregateForDispatch(this);
  }
}

// modules/orders/domain: as before, with a name for what it records
export class OrderPlaced {
  constructor(readonly orderId: UniqueEntityID) {}
}
export class Order extends AggregateRoot<OrderPlaced> {
  place(): void {
    this.addDomainEvent(new OrderPlaced(this.id));
  }
}

// modules/orders/subscriptions: the class in place of its name
export class AfterOrderPlaced {
  constructor(private readonly sendReceipt: (orderId: UniqueEntityID) => Promise<void>) {
    DomainEvents.register(this.onOrderPlaced.bind(this), OrderPlaced);
  }
  private async onOrderPlaced({ orderId }: OrderPlaced): Promise<void> {
    await this.sendReceipt(orderId);
  }
}

// shared/infra/database/hooks: the promise is handed on, so that Sequelize waits and hears of failures
export async function afterSave(row: { readonly order_id: string }): Promise<void> {
  await DomainEvents.dispatchEventsForAggregate(new UniqueEntityID(row.order_id));
}
