import { quotient } from './harness/statistics.mjs';

const emit = 'class-events emit';
const publish = 'class-events publish';
const awaited = 'class-events publish, awaited';

// The cost of a guarantee is measured by leaving it out: docs/adr/0013.
const routing = 'finding the plan by the prototype takes 15 ns, and a key that is a string takes none';
const loop = 'asking whether a handler has left takes 8 ns for ten handlers, and the record of the cause 4';
const report = 'the report and its promise take 12 ns';
const settling = 'an outcome for each handler by its place takes a seventh';
const cold = 'event, prototype, plan and function lie in places of their own, and are cold with a thousand classes';
const pair = 'that a pair is unique takes 24 ns of 86, and that a handler is checked first 18';

/**
 * The ratios that are to be reached. With `against`, the figure is divided by that of another entrant (or of another
 * case), each of them first by the floor in its own process.
 */
export const targets = [
  { case: 'a', entrant: emit, atMost: 2.3, reason: routing },
  { case: 'a', entrant: publish, atMost: 4.5, on: 'Node 20', reason: report },
  { case: 'a', entrant: publish, atMost: 3.5, on: 'Node 24', reason: report },
  { case: 'a', entrant: emit, against: 'eventemitter3', atMost: 1.1, reason: routing },
  { case: 'a', entrant: emit, against: 'nanoevents', atMost: 2.6 },
  { case: 'b10', entrant: emit, atMost: 1.45, reason: loop },
  { case: 'b10', entrant: publish, atMost: 1.65, reason: report },
  { case: 'b10', entrant: emit, against: 'eventemitter3', atMost: 1.05, reason: loop },
  { case: 'b10', entrant: emit, against: 'nanoevents', atMost: 1.4, reason: loop },
  { case: 'c10', entrant: awaited, atMost: 0.5, reason: settling },
  { case: 'c10', entrant: awaited, against: 'eventemitter2 emitAsync', atMost: 1.15, reason: settling },
  { case: 'c10', entrant: awaited, against: 'emittery', atMost: 0.4, reason: settling },
  { case: 'c10-pending', entrant: awaited, atMost: 0.65, reason: settling },
  { case: 'd1000', entrant: emit, atMost: 4, reason: cold },
  { case: 'd1000', entrant: publish, atMost: 5.5, reason: `${cold}; ${report}` },
  { case: 'd1000', entrant: emit, against: 'eventemitter3', atMost: 1.5, reason: cold },
  { case: 'e', entrant: emit, atMost: 1.9 },
  { case: 'e', entrant: publish, atMost: 2.6, reason: report },
  {
    case: 'e',
    entrant: emit,
    against: 'RxJS Subject + instanceof',
    atMost: 0.2,
    reason: 'the three handlers alone, called in a loop, take 0.18',
  },
  { case: 'f10', entrant: emit, atMost: 2.3, reason: pair },
  { case: 'f10', entrant: emit, against: 'eventemitter3', atMost: 1.4, reason: pair },
  // Flat: in nanoseconds, because the floor itself grows with the list.
  {
    case: 'f1000',
    entrant: emit,
    column: 'ns',
    againstCase: 'f10',
    atMost: 1.2,
    reason: 'the older pairs are in a map',
  },
  { case: 'f1000', entrant: emit, against: 'eventemitter3', atMost: 0.5 },
  // Not × floor: an empty call takes 6 or 10 ns by chance, and the ratio follows it.
  { case: 'h', entrant: emit, against: 'eventemitter3', atMost: 1.6, reason: routing },
  { case: 'h', entrant: publish, atMost: 5.5, reason: report },
  { case: 'i', entrant: awaited, atMost: 0.35, reason: settling },
  { case: 'i', entrant: awaited, against: 'emittery', atMost: 1 / 3, reason: settling },
  { case: 'g', entrant: emit, column: 'bytes', atMost: 250 },
  {
    case: 'm',
    entrant: emit,
    column: 'brotli without dependencies',
    atMost: 13_000,
    reason: 'docs/adr/0010 sets this limit',
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
