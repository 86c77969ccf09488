import { basename, join } from 'node:path';
import { scan, type Scan } from '../../src/scan/scan.js';
import { projectOnDisk } from './project-on-disk.js';

/** What a scan says about one file: names of classes, of types where they name none, of handlers. */
export interface ScannedCase {
  readonly published: readonly string[];
  readonly handled: readonly string[];
  readonly unknown: readonly string[];
  readonly unregistered: readonly string[];
  readonly circles: readonly string[];
}

/** Stands before each case, in its file: the classes are its own. */
const prelude = `
  import { EventBus, HandlerFailed, On, UnhandledEvent } from 'class-events';
  import type { EventClass, Handler } from 'class-events';
  import { type Aggregate, AggregateRoot, domainEvents, publishEventsOf, recordsEvents } from 'class-events/domain';
  declare const bus: EventBus;
  abstract class DomainEvent { readonly at = 0; }
  class Placed extends DomainEvent { readonly placed = 1; }
  class Shipped extends DomainEvent { readonly shipped = 1; }
  class Paid { readonly paid = 1; }
  class Twin { readonly paid = 1; }
  const condition = Math.random() > 0.5;
`;

/** Scans all cases as one project, for a compiler takes its time to start, and tells them apart by file. */
export function scannedCases(
  cases: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>> = {},
): (name: string) => ScannedCase {
  const names = Object.keys(cases);
  const files = Object.entries(cases).map(([, code], index) => [`case-${index}.ts`, `${prelude}${code}\nexport {};\n`]);
  const folder = projectOnDisk({ ...others, ...(Object.fromEntries(files) as Record<string, string>) });
  const found = scan(join(folder, 'tsconfig.json'));
  return (name) => inFile(found, `case-${names.indexOf(name)}.ts`);
}

function inFile(found: Scan, file: string): ScannedCase {
  const isHere = (place: { readonly file: string }): boolean => basename(place.file) === file;
  const classes = (findings: Scan['unpublished']): string[] =>
    findings.filter(({ places }) => places.some(isHere)).map(({ eventClass }) => eventClass);
  const names = (places: Scan['unknown']): string[] => places.filter(isHere).map(({ name }) => name);
  return {
    published: classes(found.unhandled),
    handled: classes(found.unpublished),
    unknown: names(found.unknown),
    unregistered: names(found.unregistered),
    circles: found.circles
      .filter(([first]) => first && isHere(first.handler))
      .map((steps) => steps.map(({ eventClass, handler }) => `${eventClass} → ${handler.name}`).join(' → ')),
  };
}
