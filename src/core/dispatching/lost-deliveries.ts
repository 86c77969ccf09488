import type { Subscription } from '../subscribing/subscription.js';

/** Says why the deliveries of these steps would be lost, and what to do. */
export function whyLost(steps: readonly Subscription[], hasOutbox: boolean): string {
  const durable = steps.filter(({ options }) => options.durable);
  const unkept = hasOutbox ? [] : durable;
  const late = steps.filter((step) => !unkept.includes(step));
  const reasons = unkept.length > 0 ? [noOutbox(unkept)] : [];
  if (late.length > 0) {
    // A durable handler cannot be immediate.
    const remedy = late.some((step) => durable.includes(step)) ? '' : ', or make them immediate';
    reasons.push(`no unit of work is open for ${namesOf(late)}. Publish inside one (transactional)${remedy}.`);
  }
  return reasons.join(' Besides, ');
}

/** Says that the bus of these durable handlers has no outbox. */
export function noOutbox(steps: readonly Subscription[]): string {
  const ids = steps.map(({ options }) => options.durable).join(', ');
  const are = steps.length > 1 ? 'are' : 'is';
  return `${namesOf(steps)} would be lost, because ${ids} ${are} durable, and this bus has no outbox: make new Outbox({ bus, … }) before publishing.`;
}

function namesOf(steps: readonly Subscription[]): string {
  return steps.map(({ name, phase, options }) => `${name} (${options.durable ?? phase})`).join(', ');
}
