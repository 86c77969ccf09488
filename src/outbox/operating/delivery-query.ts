import { aBoolean, aCount, aText, checkOptions, type Checks, oneOf } from '../../core/index.js';
import { isEventId } from '../store/event-id.js';
import type { StoredDeliveryQuery } from '../store/operating-store.js';
import type { DeliveryPlace, DeliveryQuery, DeliverySelection } from '../store/outbox-delivery.js';

/** What is decided on deliveries. */
export type Decision = 'redrive' | 'discard';

/** What a query is about: all deliveries, or the dead letters alone. */
export type Subject = 'delivery' | 'dead letter';

const isDate = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime());
const aDate = ['a valid date', isDate] as const;

const checks: Checks<DeliveryQuery> = {
  id: ['the id of a delivery: that of an event, a slash and the handler', (value) => partsOf(value) !== undefined],
  handler: aText,
  state: oneOf('waiting', 'failing', 'blocked', 'dead'),
  key: aText,
  event: ['the id of an event, a UUID', isEventId],
  name: aText,
  seq: aCount,
  from: aDate,
  to: aDate,
  after: ['the last delivery of the page before, or its place', (value) => Number.isInteger(value) || isPlace(value)],
  limit: aCount,
};
const selectionChecks: Checks<DeliverySelection> = { ...checks, all: aBoolean };

/** @throws TypeError for a query that is none. */
export function listQuery(query: DeliveryQuery, subject: Subject): StoredDeliveryQuery {
  checkOptions(query, checksFor(subject, checks));
  return wholeQuery(query, subject, 1_000);
}

/** @throws TypeError for what is no id: undefined would mean the first delivery of all. */
export function idQuery(id: string, subject: Subject): StoredDeliveryQuery {
  if (id === undefined) throw new TypeError(`get takes the id of a ${subject}, not undefined.`);
  return listQuery({ id, limit: 1 }, subject);
}

/**
 * Returns the query of a selection. A parameter that a caller has left out must not decide on every delivery.
 *
 * @throws TypeError for a selection that is none, or that names no criterion.
 */
export function decisionQuery(selection: DeliverySelection, subject: Subject, decision: Decision): StoredDeliveryQuery {
  if (selection === undefined) throw noCriterion(subject, decision);
  checkOptions(selection, checksFor(subject, selectionChecks));
  const { all, ...query } = selection;
  const { state, after: _after, limit: _limit, ...criteria } = query;
  const isSelective = Object.values(criteria).some((value) => value !== undefined);
  if (!isSelective && !all) throw noCriterion(subject, decision);
  if (isSelective && all) throw new TypeError(`${decision} takes all: true or a criterion, not both.`);
  if (decision === 'redrive' && (state === 'waiting' || state === 'blocked')) {
    throw new TypeError(`redrive tries again what is failing or dead. What is ${state} has its turn without it.`);
  }
  return wholeQuery(query, subject, Number.MAX_SAFE_INTEGER);
}

function noCriterion(subject: Subject, decision: Decision): TypeError {
  return new TypeError(
    `${decision} without a criterion means every ${subject}, and undefined is no criterion. Give id, handler, key, event, ` +
      'name, seq, from or to; or all: true, if all are meant.',
  );
}

/** The state of a dead letter is not asked for. */
function checksFor<Options extends DeliveryQuery>(subject: Subject, all: Checks<Options>): Checks<Options> {
  if (subject === 'delivery') return all;
  const { state: _, ...others } = all;
  return others as Checks<Options>;
}

/** @throws TypeError for criteria that do not go together. */
function wholeQuery({ id, after, ...query }: DeliveryQuery, subject: Subject, limit: number): StoredDeliveryQuery {
  if (id !== undefined && (query.handler ?? query.event ?? query.seq) !== undefined) {
    throw new TypeError("The option 'id' names one delivery. Leave out handler, event and seq.");
  }
  const state = subject === 'dead letter' ? 'dead' : query.state;
  return { ...query, ...partsOf(id), state, limit: query.limit ?? limit, after: placeOf(after, query.handler) };
}

function partsOf(id: unknown): Pick<DeliveryQuery, 'handler' | 'event' | 'seq'> | undefined {
  const [, event, handler] = (typeof id === 'string' && /^([^/]+)\/(.+)$/s.exec(id)) || [];
  if (isEventId(event)) return { event, handler };
  return event !== undefined && /^[1-9]\d{0,14}$/.test(event) ? { seq: Number(event), handler } : undefined;
}

function isPlace(value: unknown): boolean {
  const { seq, handler } = Object(value) as Partial<DeliveryPlace>;
  return Number.isInteger(seq) && typeof handler === 'string';
}

/** @throws TypeError for a place without a handler. */
function placeOf(after: DeliveryQuery['after'], handler: string | undefined): DeliveryPlace | undefined {
  if (typeof after !== 'number') return after && { seq: after.seq, handler: after.handler };
  if (handler !== undefined) return { seq: after, handler };
  throw new TypeError(
    "The option 'after' needs 'handler': at one place in the log there may be deliveries of several handlers. Or give the last delivery itself.",
  );
}
