import { EventBus } from 'class-events';

class OrderPlaced {}

/** As an application with a container would: the bus is there when all has been built. */
export default async function start(): Promise<EventBus> {
  const bus = await Promise.resolve(new EventBus());
  bus.subscribe(OrderPlaced, function shipOrder() {});
  return bus;
}
