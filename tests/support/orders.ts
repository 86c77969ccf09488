/** What happens to orders. Each class has a field of its own, so that the types tell them apart too. */
export abstract class OrderEvent {
  constructor(readonly orderId = 'o-1') {}
}

export class OrderPlaced extends OrderEvent {
  readonly total = 10;
}

export class OrderShipped extends OrderEvent {
  readonly carrier = 'post';
}

export class OrderPaid extends OrderEvent {
  readonly amount = 10;
}
