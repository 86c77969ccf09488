import { quotient } from './harness/statistics.mjs';

const emit = 'class-events emit';
const publish = 'class-events publish';
const awaited = 'class-events publish, awaited';

// What a guarantee costs: measured by leaving it out, see docs/adr/0013.
const routing = 'finding the plan by the prototype takes 10 ns of 34, and knowing what caused what 4';
const loop = 'for ten handlers, asking whether one has left takes 8 ns of 112, and knowing what caused what 4';
const report = 'the report and its promise take 20 ns on Node 20, and 60 on Node 24';
const settling = 'an outcome for each handler by its place takes a seventh; the rest is not explained';
const cold = 'event, prototype, plan and its functions lie in places of their own, cold with so many classes';
const pair = 'that a pair is unique takes 24 ns of 86, and that a handler is looked at first 18';

/**
 * The ratios that are to be reached. With `against`, the figure is divided by that of another entrant (or of another
 * case), each of them first by the floor in its own process.
 */
export const targets = [
  { case: 'a', entrant: emit, atMost: 2.6 },
  { case: 'a', entrant: publish, atMost: 5, reason: report },
  { case: 'a', entrant: emit, against: 'eventemitter3', atMost: 1, on: 'Node 20', reason: routing },
  { case: 'a', entrant: emit, against: 'nanoevents', atMost: 2.6 },
  { case: 'b10', entrant: emit, atMost: 1.4, reason: loop },
  { case: 'b10', entrant: publish, atMost: 1.8, reason: report },
  { case: 'b10', entrant: emit, against: 'eventemitter3', atMost: 1, reason: loop },
  { case: 'b10', entrant: emit, against: 'nanoevents', atMost: 1.4, reason: loop },
  { case: 'c10', entrant: awaited, atMost: 0.4, reason: settling },
  { case: 'c10', entrant: awaited, against: 'eventemitter2 emitAsync', atMost: 1, reason: settling },
  { case: 'c10', entrant: awaited, against: 'emittery', atMost: 1 },
  { case: 'c10-pending', entrant: awaited, atMost: 0.4, reason: settling },
  { case: 'd1000', entrant: emit, atMost: 2, reason: cold },
  { case: 'd1000', entrant: publish, atMost: 2.5, reason: `${cold}; ${report}` },
  { case: 'd1000', entrant: emit, against: 'eventemitter3', atMost: 1.15, reason: cold },
  { case: 'e', entrant: emit, atMost: 1.9 },
  { case: 'e', entrant: publish, atMost: 3.2, reason: report },
  {
    case: 'e',
    entrant: emit,
    against: 'RxJS Subject + instanceof',
    atMost: 0.2,
    reason: 'the three handlers alone, called in a loop, take 0.18',
  },
  { case: 'f10', entrant: emit, atMost: 1.5, reason: pair },
  { case: 'f10', entrant: emit, against: 'eventemitter3', atMost: 0.5, reason: pair },
  // Flat: in nanoseconds, for the floor itself grows with the list.
  {
    case: 'f1000',
    entrant: emit,
    column: 'ns',
    againstCase: 'f10',
    atMost: 1.2,
    reason: 'the older pairs are in a map',
  },
  { case: 'f1000', entrant: emit, against: 'eventemitter3', atMost: 0.5 },
  { case: 'h', entrant: emit, atMost: 2.2, reason: routing },
  { case: 'h', entrant: publish, atMost: 5, reason: report },
  { case: 'i', entrant: awaited, atMost: 0.3, reason: settling },
  { case: 'i', entrant: awaited, against: 'emittery', atMost: 1 / 3 },
  { case: 'g', entrant: emit, column: 'bytes', atMost: 250 },
  {
    case: 'm',
    entrant: emit,
    column: 'brotli without dependencies',
    atMost: 6000,
    reason: 'the core has grown with what it promises; docs/adr/0010 sets its limit to 10 000',
  },
].map((target) => ({ column: 'ratio', ...target }));

export function targetsOn(runtimeName) {
  return targets.filter(({ on = '' }) => runtimeName.startsWith(on));
}

/** Whether a target needs this case with this entrant. */
export function isNeeded(caseId, entrantId) {
  return targets.some((target) => {
    const { case: own, againstCase = own, entrant, against = entrant } = target;
    return (own === caseId && entrant === entrantId) || (againstCase === caseId && against === entrantId);
  });
}

/** What was reached. A target is missed when it is missed by more than the noise of the figure. */
export function judge(target, figures) {
  const { case: own, entrant, column, atMost } = target;
  const figure = figures.of(own, entrant)?.[column];
  const reached =
    figure && ('against' in target || 'againstCase' in target) ? relative(figure, target, figures) : figure;
  if (!reached) return { verdict: 'not measured' };
  if (reached.median <= atMost) return { ...reached, verdict: 'met' };
  return { ...reached, verdict: reached.low > atMost ? 'missed' : 'within noise' };
}

function relative(figure, { case: own, againstCase = own, entrant, against = entrant, column }, figures) {
  const other = figures.of(againstCase, against)?.[column];
  return other && quotient(figure, other);
}

export function nameOf({ case: own, entrant, against, againstCase, column }) {
  const base = against ?? (againstCase && `the same in ${againstCase}`);
  const unit = column === 'ratio' ? (base ? '' : ' (× floor)') : base ? '' : ` (${column})`;
  return `${own}: ${entrant}${base ? ` ÷ ${base}` : ''}${unit}`;
}
