import type { Subscription } from './subscription.js';

/** Separates the durable id of a handler from the name of one replay, in the rows of an outbox. */
export const replayMark = '#';

/**
 * Checks a durable handler beside the subscriptions that there are.
 *
 * @throws TypeError for an id that cannot be relied on, and for options that an outbox cannot heed.
 */
export function assertDurable(added: Subscription, all: readonly Subscription[]): void {
  const { name, handler, source, options } = added;
  const id = options.durable as string;
  const other = all.find((present) => present.options.durable === id && present.handler !== handler && present.active);
  if (other) {
    throw new TypeError(`Two handlers have the durable id '${id}': ${other.name} and ${name}. Give each its own.`);
  }
  const flaw = id.includes(replayMark)
    ? `has a '${replayMark}', which marks replays`
    : id === source.name && 'is the name of its function, which a rename or a minifier changes';
  if (flaw) {
    throw new TypeError(`The durable id '${id}' of ${name} ${flaw}. Choose a name that stays, like 'mail.receipt'.`);
  }
  const impossible = options.once ? 'once' : options.phase !== 'immediate' && `phase: '${options.phase}'`;
  if (impossible) {
    throw new TypeError(`${name} is durable (${id}), which does not go with ${impossible}. Leave one out.`);
  }
}
