/** The events of all cases. The amount is what handlers read. */
export class DomainEvent {
  amount = 1;
}

export class OrderEvent extends DomainEvent {
  orderId = 'o-1';
}

export class OrderPlaced extends OrderEvent {
  at = 0;
}

/** Event classes that have nothing in common. */
export function eventClasses(count) {
  return Array.from({ length: count }, (_, index) => {
    const name = `Event${index}`;
    return {
      [name]: class {
        amount = 1;
      },
    }[name];
  });
}
