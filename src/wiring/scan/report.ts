import type { EventFinding, Named, StepFinding, UnhandledFinding } from './findings.js';
import { countOf } from './findings.js';
import { placeText } from './place.js';
import type { Scan } from './scan.js';

/** A scan as people read it: what was found, by kind, and the totals as the last line. */
export function scanReport(found: Scan): string {
  const sections = [
    section('Published, handled nowhere', unhandledLines(found.unhandled)),
    section(
      'Handled, published nowhere',
      aligned(found.unpublished.flatMap((each) => eventLines(each, ({ name }) => name))),
    ),
    section('Circles: handling the event may publish it again', found.circles.flatMap(circleLines)),
    section(
      'Marked by @On, registered nowhere',
      aligned(found.unregistered.map((each) => [each.name, placeText(each)])),
    ),
    section('Of a type that names no event class', aligned(found.unknown.map((each) => [each.name, placeText(each)]))),
  ];
  const { files, eventClasses, publishes, subscriptions } = found.totals;
  const totals = [
    counted(files, 'file'),
    counted(eventClasses, 'event class', 'event classes'),
    counted(publishes, 'publish', 'publishes'),
    counted(subscriptions, 'subscription'),
  ];
  return `${sections.join('')}${totals.join(', ')}: ${counted(countOf(found), 'finding')}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}\n`;
}

/** One line for each place; the name of the event class on the first of them. */
function eventLines({ eventClass, places }: EventFinding, note: (place: Named) => string): string[][] {
  return places.map((place, index) => [index === 0 ? eventClass : '', placeText(place), note(place)]);
}

function unhandledLines(findings: readonly UnhandledFinding[]): string[] {
  const rows = findings.flatMap((finding) => {
    const caught =
      finding.caughtBy.length > 0 ? [`only ${finding.caughtBy.map(({ name }) => name).join(', ')} gets it`] : [];
    return eventLines(finding, ({ name }) =>
      [...(name === finding.eventClass ? [] : [`as ${name}`]), ...caught].join(', '),
    );
  });
  return aligned(rows);
}

function circleLines(circle: readonly StepFinding[]): string[] {
  const steps = circle.map(({ eventClass, handler }) => `${eventClass} → ${handler.name} (${placeText(handler)})`);
  return [...steps, circle[0]?.eventClass ?? ''].map((step, index) => (index === 0 ? step : `  → ${step}`));
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
