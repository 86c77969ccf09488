import { EventBus } from 'class-events';
import { EventCatalog, VersionAheadError } from 'class-events/catalog';
import { z } from 'zod';

class OrderPlaced {
  constructor(
    readonly orderId: string,
    readonly total: bigint,
    readonly currency: string,
  ) {}
}

const catalog = new EventCatalog().add(OrderPlaced, {
  name: 'order.placed', // stays when the class is renamed
  version: 2,
  key: (event) => `order:${event.orderId}`,
  schema: z.object({ orderId: z.string(), total: z.string(), currency: z.string().length(3) }),
  write: ({ orderId, total, currency }) => ({ orderId, total: String(total), currency }),
  read: (data) => new OrderPlaced(data.orderId, BigInt(data.total), data.currency),
  upcast: { 1: (data) => ({ ...data, currency: 'EUR' }) },
});

// What is stored or sent: the data becomes text by JSON.stringify.
console.log(await catalog.write(new OrderPlaced('o-1', 1250n, 'USD')));

// What comes back is an event again, for the handlers of its class; data of an older version is brought up to date.
const bus = new EventBus();
bus.subscribe(OrderPlaced, (event) => console.log(event));
await bus.publish(await catalog.read('order.placed', 1, catalog.parse('{"orderId":"o-2","total":"900"}')));

// What cannot be read says why.
for (const [version, text] of [
  [2, '{"orderId":"o-3","total":"700","currency":"Euro"}'],
  [2, '{"orderId":"o-4","__proto__":{"admin":true}}'],
  [3, '{"orderId":"o-5"}'],
] as const) {
  try {
    await catalog.read('order.placed', version, catalog.parse(text));
  } catch (error) {
    console.log(error instanceof VersionAheadError ? 'kept until the next deployment' : String(error));
  }
}

// prints:
// {
//   name: 'order.placed',
//   version: 2,
//   key: 'order:o-1',
//   data: { orderId: 'o-1', total: '1250', currency: 'USD' }
// }
// OrderPlaced { orderId: 'o-2', total: 900n, currency: 'EUR' }
// EventDataError: OrderPlaced (order.placed v2) cannot be read: its data does not fit the schema.
//   currency: too_big
// UnsafeDataError: The data has the key '__proto__', at __proto__. It can change prototypes, so no event has it: give the field another name.
// kept until the next deployment
