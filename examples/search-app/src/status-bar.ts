import { type DeliveryProgress, type DispatchObserver, HandlerFailed, On } from 'class-events';
import { catalog } from './catalog.js';
import { type Counts, DeliveryTally } from './delivery-tally.js';
import { find, make } from './element.js';
import { problemOf } from './problem.js';

const columns = ['waiting', 'executing', 'completed', 'failed'] as const satisfies readonly (keyof Counts)[];

/** Shows how many deliveries of each event stand where, and what failed last. */
export class StatusBar implements DispatchObserver {
  readonly #tally = new DeliveryTally();
  readonly #body = find('#status tbody', HTMLTableSectionElement);
  readonly #failure = find('#status output', HTMLOutputElement);
  readonly #rows = new Map<string, HTMLElement>();

  onDelivery(progress: DeliveryProgress): void {
    const name = catalog.entryOf(progress.event)?.name;
    if (name) this.#draw(name, this.#tally.count(name, progress)); // else it is one of the bus's own events
  }

  /** Without a handler of it, what fails after an `emit` would surface as an error of the page. */
  @On(HandlerFailed)
  show({ event, subscription, error }: HandlerFailed): void {
    this.#failure.className = 'failed';
    this.#failure.textContent = `HandlerFailed: ${catalog.entryOf(event)?.name} → ${subscription.name}: ${problemOf(error)}`;
  }

  #draw(name: string, counts: Counts): void {
    const header = make('th', '', name);
    header.scope = 'row';
    const cells = columns.map((column) => make('td', counts[column] > 0 ? column : 'none', String(counts[column])));
    (this.#rows.get(name) ?? this.#add(name)).replaceChildren(header, ...cells);
  }

  #add(name: string): HTMLElement {
    const row = make('tr', '');
    row.dataset['event'] = name;
    this.#rows.set(name, row);
    const names = [...this.#rows.keys()].sort();
    this.#body.insertBefore(row, this.#body.children[names.indexOf(name)] ?? null);
    return row;
  }
}
