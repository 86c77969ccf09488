import { classesOf, type PhaseGroup, phaseGroupsOf, whenOf } from '../phase-groups.js';
import { placeOf, traitsOf } from '../traits.js';
import type { WiredEvent, WiredHandler, WiredStep, Wiring } from '../wiring.js';
import { text } from './markup.js';

/** The wiring as a list: each event class with its handlers in their order. It can be read without a script. */
export function listOf(wiring: Wiring): string {
  const handlers = new Map(wiring.handlers.map((handler, index) => [handler.id, { handler, key: `handler${index}` }]));
  return wiring.events.map((event, index) => section(event, `event${index}`, handlers)).join('\n');
}

/** What is shown of each event class and of each handler when one points at it. */
export function cardsOf(wiring: Wiring): string {
  const handlers = new Map(wiring.handlers.map((handler) => [handler.id, handler]));
  const events = wiring.events.map((event, index) => card(`event${index}`, event.id, eventFacts(event, handlers)));
  return [
    ...events,
    ...wiring.handlers.map((handler, index) => card(`handler${index}`, handler.id, handlerFacts(handler))),
  ].join('\n');
}

type Handlers = ReadonlyMap<string, { readonly handler: WiredHandler; readonly key: string }>;

/** A term and what is said to it; nothing is said to a term without text. */
type Fact = readonly [term: string, text: string | undefined];

function section(event: WiredEvent, key: string, handlers: Handlers): string {
  const { id, plan } = event;
  const bases = basesIn(event);
  const groups = phaseGroupsOf(event, (handler) => handlers.get(handler)!.handler);
  // Most events have handlers of the first phase alone, which needs no heading.
  const hasHeadings = groups.some(({ when }) => when !== 'immediate');
  const lists = groups.map((each) => `${hasHeadings ? heading(each) : ''}${list(each, id, handlers)}`).join('\n');
  return `<section data-key="${key}" data-search="${text(id.toLowerCase())}">
<h2><button type="button" data-for="${key}">${text(id)}</button> <span class="count">${plan.length}</span></h2>
${bases === undefined ? '' : `<p class="bases">extends ${text(bases)}</p>`}
${plan.length === 0 ? '<p class="nobody">nobody is subscribed</p>' : lists}
</section>`;
}

function heading({ when }: PhaseGroup): string {
  return `<h3>${inWords(when)}</h3>\n`;
}

function inWords(when: PhaseGroup['when']): string {
  return when === 'outbox' ? 'from the outbox' : when;
}

function list({ steps }: PhaseGroup, event: string, handlers: Handlers): string {
  const items = steps.map((step, index) => item(step, event, index + 1, handlers.get(step.handler)!));
  return `<ol>\n${items.join('\n')}\n</ol>`;
}

function item(
  { by }: WiredStep,
  event: string,
  place: number,
  { handler, key }: { handler: WiredHandler; key: string },
): string {
  const { id, mode, location, subscriber = '' } = handler;
  const classes = classesOf(handler);
  const search = [id, classes, subscriber, location ? placeOf(location) : '', whenOf(handler), handler.durable ?? '']
    .join(' ')
    .toLowerCase();
  const traits = [...(by === event ? [] : [`by ${by}`]), ...traitsOf(handler)];
  const badges = traits.map((trait) => ` <span class="trait">${text(trait)}</span>`).join('');
  return `<li value="${place}" data-search="${text(search)}"><span class="place">${place}</span><button type="button" data-for="${key}"><span class="mode ${classes}">${mode}</span><span><b>${text(id).replaceAll('.', '.<wbr>')}</b>${badges}</span></button></li>`;
}

function eventFacts(event: WiredEvent, handlers: ReadonlyMap<string, WiredHandler>): Fact[] {
  const plan = phaseGroupsOf(event, (handler) => handlers.get(handler)!).flatMap(({ when, steps }) =>
    steps.map(({ handler }, index): Fact => {
      const words = [handlers.get(handler)!.mode, ...(when === 'immediate' ? [] : [inWords(when)])];
      return [String(index + 1), `${handler} (${words.join(', ')})`];
    }),
  );
  return [['extends', basesIn(event)], ...(plan.length === 0 ? [['runs', 'nobody'] as const] : plan)];
}

function handlerFacts(handler: WiredHandler): Fact[] {
  const { mode, events, subscriber, location } = handler;
  return [
    ['mode', mode],
    // Most handlers run at the publish, so that is not said.
    ['phase', whenOf(handler) === 'immediate' ? undefined : inWords(whenOf(handler))],
    ['subscribed to', events.join(', ')],
    ['options', traitsOf(handler).join(', ') || undefined],
    ['subscriber', subscriber],
    ['declared at', location && placeOf(location)],
  ];
}

/** Every class extends Object: that says nothing about this one. */
function basesIn({ bases }: WiredEvent): string | undefined {
  return bases.filter((base) => base !== 'Object').join(', ') || undefined;
}

function card(key: string, id: string, facts: readonly Fact[]): string {
  const rows = facts.flatMap(([term, fact]) => (fact === undefined ? [] : [`<dt>${term}</dt><dd>${text(fact)}</dd>`]));
  return `<template id="card-${key}"><strong>${text(id)}</strong><dl>${rows.join('')}</dl></template>`;
}
