import type { EventClass } from 'class-events';

/** An aggregate as hand-written ones are, marked by whoever it is told. */
export class HandWrittenOrder {
  readonly domainEvents: object[] = [];

  constructor(
    readonly id: unknown,
    private readonly mark: (order: HandWrittenOrder) => void,
  ) {}

  add(event: object): this {
    this.domainEvents.push(event);
    this.mark(this);
    return this;
  }

  clearEvents(): void {
    this.domainEvents.length = 0;
  }
}

type Reaction = (event: never) => unknown;

/**
 * The `DomainEvents` that many code bases have a copy of, in our words and faults included: the measure of what the façade
 * has to do better. An object where theirs is static, so that tests do not share it.
 */
export class HandWrittenDomainEvents {
  readonly #handlers = new Map<string, Reaction[]>();
  readonly #marked: HandWrittenOrder[] = [];

  register(handler: Reaction, { name }: EventClass): void {
    this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), handler]);
  }

  markAggregateForDispatch(order: HandWrittenOrder): void {
    if (!this.#marked.some(({ id }) => id === order.id)) this.#marked.push(order);
  }

  dispatchEventsForAggregate(wanted: unknown): void {
    const order = this.#marked.find(({ id }) => id === wanted);
    if (!order) return;
    order.domainEvents.forEach((event) => {
      for (const handler of this.#handlers.get(event.constructor.name) ?? []) handler(event as never);
    });
    order.clearEvents();
    this.#marked.splice(this.#marked.indexOf(order), 1);
  }
}
