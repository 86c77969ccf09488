import { eventClasses } from './events.mjs';
import { asyncHandlers, syncHandlers } from './handlers.mjs';

/**
 * Two other buses, eight classes, lists of several lengths: by the time a case is measured, the contender's call sites
 * have met several shapes of everything, as they do in an application.
 */
export async function warmUp({ contender, verb, waiting }) {
  for (let round = 0; round < 2; round++) {
    const bus = contender.create();
    const classes = eventClasses(8);
    classes.forEach((eventClass, index) => {
      const mixed = waiting === 'yes' ? asyncHandlers(index) : [];
      for (const handler of [...syncHandlers((index * 3) % 11), ...mixed]) {
        bus.subscribe(bus.keyOf(eventClass), handler);
      }
    });
    await bus.start?.();
    const events = classes.map((eventClass) => [bus.keyOf(eventClass), new eventClass()]);
    for (let turn = 0; turn < 300; turn++) {
      for (const [key, event] of events) {
        const published = bus[verb](key, event);
        if (waiting !== 'no') await published;
      }
    }
  }
}
