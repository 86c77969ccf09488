import type { EventBus, SubscriptionGroup } from 'class-events';

/** One way to have the `@On` methods of a class subscribed. */
export interface Way {
  readonly way: string;
  readonly register: (bus: EventBus, subscriberClass: new () => object) => SubscriptionGroup;
}

/** Held here for as long as the tests run, for their buses do not. */
const held = new Set<object>();

/** All that keep sync methods sync. */
export const syncWays: readonly Way[] = [
  { way: 'register', register: (bus, subscriberClass) => bus.register(new subscriberClass()) },
  {
    way: 'register, held weakly',
    register(bus, subscriberClass) {
      const subscriber = new subscriberClass();
      held.add(subscriber);
      return bus.register(subscriber, { weak: true });
    },
  },
  {
    way: 'registerClass',
    register: (bus, subscriberClass) => bus.registerClass(subscriberClass, (its) => new its()),
  },
];

export const ways: readonly Way[] = [
  ...syncWays,
  {
    way: 'registerClass, resolved later',
    register: (bus, subscriberClass) => bus.registerClass(subscriberClass, async () => new subscriberClass()),
  },
];
