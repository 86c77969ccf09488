import { EventBus } from '../../../src/index.js';

/** Nobody takes the failure: Node ends the process. */
class Event {}

const bus = new EventBus();
bus.subscribe(Event, function theHandlerThatFailed() {
  throw new Error('the handler failed');
});
bus.emit(new Event());
process.stdout.write('before\n');
setTimeout(() => process.stdout.write('after\n'), 10);
