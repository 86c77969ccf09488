// A consumer whose platform has an AbortSignal of its own: the package takes it and hands it on. Compiled, never run.
import { EventBus } from 'class-events';

class OrderPlaced {}

const bus = new EventBus();
const controller = new AbortController();

bus.subscribe(OrderPlaced, (_event, { signal }) => fetch('http://localhost', { signal }), {
  signal: controller.signal,
});
export const waiting: Promise<OrderPlaced> = bus.waitFor(OrderPlaced, { signal: AbortSignal.timeout(10) });
export const published = bus.publish(new OrderPlaced(), { signal: controller.signal });
