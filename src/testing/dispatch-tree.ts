import { excerptOf, excerptOfReason } from './excerpt.js';
import type { RecordedDelivery, RecordedDispatch } from './recorded-dispatch.js';

// Taken when the module is loaded: a test may stop the clock later.
const { now } = Date;

/** Publishes for people: each event with what became of its handlers, and below it the events that these published. */
export function treeOf(dispatches: readonly RecordedDispatch[]): string {
  const isEffect = ({ cause }: RecordedDispatch): boolean => cause !== undefined && dispatches.includes(cause);
  return dispatches
    .filter((dispatch) => !isEffect(dispatch))
    .flatMap((dispatch) => linesOf(dispatch))
    .map((line) => `  ${line}`)
    .join('\n');
}

function linesOf({ event, deliveries, effects, redelivered }: RecordedDispatch): string[] {
  const effectLines = effects.flatMap(linesOf);
  return [
    `${excerptOf(event)}${redelivered ? ' from the outbox' : ''}${deliveries.length === 0 ? ': nobody is subscribed' : ''}`,
    ...deliveries.map((delivery) => `  ${delivery.subscription.name}: ${stateOf(delivery)}`),
    ...effectLines.map((line) => `  ${line.startsWith(' ') ? '  ' : '→ '}${line}`),
  ];
}

/** Where a delivery stands, and why. */
function stateOf({ status, reason, startedAt = now() }: RecordedDelivery): string {
  if (status === 'executing') return `executing for ${now() - startedAt} ms`;
  if (status === 'rejected') return `rejected: ${excerptOfReason(reason)}`;
  return status === 'skipped' ? `skipped: ${String(reason)}` : status;
}
