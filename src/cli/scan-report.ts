import {
  type EventFinding,
  findingCount,
  type NamedPlace,
  type StepFinding,
  type UnhandledFinding,
} from '../scan/findings.js';
import { placeText } from '../scan/place.js';
import type { Scan } from '../scan/scan.js';
import { alignColumns } from '../wiring/align-columns.js';
import { countText } from './count-text.js';

/** A scan as people read it: what was found, by kind, and the totals as the last line. */
export function scanReport(scan: Scan): string {
  const { unhandled, unpublished, circles, unregistered, unknown, totals } = scan;
  const sections = [
    section('Published, handled nowhere', table(unhandled.flatMap(unhandledRows))),
    section(
      'Handled, published nowhere',
      table(unpublished.flatMap((finding) => eventRows(finding, ({ name }) => name))),
    ),
    section('Circles: handling the event may publish it again', circles.flatMap(circleLines)),
    section('Marked by @On, registered nowhere', table(unregistered.map(namedRow))),
    section('Of a type that names no event class', table(unknown.map(namedRow))),
  ];
  const counts = [
    countText(totals.files, 'file'),
    countText(totals.eventClasses, 'event class', 'event classes'),
    countText(totals.publishes, 'publish', 'publishes'),
    countText(totals.subscriptions, 'subscription'),
  ];
  return `${sections.join('')}${counts.join(', ')}: ${countText(findingCount(scan), 'finding')}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}\n`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  // The first column would be flush right.
  return alignColumns(rows.map((row) => ['', ...row]));
}

function namedRow(place: NamedPlace): string[] {
  return [place.name, placeText(place)];
}

/** One row for each place; the name of the event class on the first of them. */
function eventRows({ eventClass, places }: EventFinding, note: (place: NamedPlace) => string): string[][] {
  return places.map((place, index) => [index === 0 ? eventClass : '', placeText(place), note(place)]);
}

function unhandledRows(finding: UnhandledFinding): string[][] {
  const catchAlls = finding.caughtBy.map(({ name }) => name).join(', ');
  return eventRows(finding, ({ name }) => {
    const notes = [name === finding.eventClass ? '' : `as ${name}`, catchAlls === '' ? '' : `caught by ${catchAlls}`];
    return notes.filter(Boolean).join(', ');
  });
}

function circleLines(circle: readonly StepFinding[]): string[] {
  const steps = circle.map(({ eventClass, handler }) => `${eventClass} → ${handler.name} (${placeText(handler)})`);
  return [...steps, circle[0]?.eventClass ?? ''].map((step, index) => (index === 0 ? step : `  → ${step}`));
}
