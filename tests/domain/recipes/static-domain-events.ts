import { EventBus } from 'class-events';
import { domainEvents } from 'class-events/domain';

// shared/domain/events/DomainEvents.ts: the whole file
export const bus = new EventBus();
export const DomainEvents = domainEvents(bus);

// shared/domain/AggregateRoot.ts: as before, with pullEvents in place of clearEvents
export class UniqueEntityID {
  constructor(private readonly value: string) {}
  equals(other: unknown): boolean {
    return other instanceof UniqueEntityID && other.value === this.value;
  }
}
abstract class Entity<Props> {
  constructor(
    protected readonly props: Props,
    readonly id: UniqueEntityID,
  ) {}
}
abstract class AggregateRoot<Props> extends Entity<Props> {
  private readonly events: object[] = [];

  get domainEvents(): readonly object[] {
    return this.events;
  }
  protected addDomainEvent(event: object): void {
    this.events.push(event);
    DomainEvents.markAggregateForDispatch(this);
  }
  pullEvents(): object[] {
    return this.events.splice(0);
  }
}

// modules/orders/domain: as before
export class OrderPlaced {
  constructor(readonly orderId: UniqueEntityID) {}
}
export class Order extends AggregateRoot<{ readonly customer: string }> {
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
