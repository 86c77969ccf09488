import { type EventBus, On } from 'class-events';
import type { Match } from './airport.js';
import { find, make } from './element.js';
import { AirportRequested, AirportSaved, SearchCompleted, SearchFailed, SearchRequested } from './events.js';

/** As people spell them. */
const misspelt = [
  'hethrow',
  'kopenhagen',
  'san fransisco',
  'shangai',
  'reykjavic',
  'johanesburg',
  'zuerich',
  'sao paolo',
  'edinborough',
  'casablanka',
];

/** Asks for airports, and lists what comes. It knows the bus, and its own part of the page. */
export class SearchWindow {
  readonly #bus: EventBus;
  readonly #input = find('#search input', HTMLInputElement);
  readonly #summary = find('#search output', HTMLOutputElement);
  readonly #list = find('#search ol', HTMLOListElement);

  constructor(bus: EventBus) {
    this.#bus = bus;
    this.#input.addEventListener('input', () => this.#search(this.#input.value));
    find('#search form', HTMLFormElement).addEventListener('submit', (submit) => {
      submit.preventDefault();
      this.#search(this.#input.value);
    });
    find('#search .ten', HTMLButtonElement).addEventListener('click', () =>
      misspelt.forEach((text) => this.#search(text)),
    );
  }

  @On(SearchCompleted)
  show({ text, matches, milliseconds }: SearchCompleted): void {
    this.#summary.className = '';
    this.#summary.textContent = `${matches.length} airports for “${text}”, in ${milliseconds} ms`;
    this.#list.replaceChildren(...matches.map((match) => this.#row(match)));
  }

  @On(SearchFailed)
  refuse({ text, problem }: SearchFailed): void {
    this.#summary.className = 'failed';
    this.#summary.textContent = `No result for “${text}”: ${problem}`;
    this.#list.replaceChildren();
  }

  @On(AirportSaved)
  relabel({ airport }: AirportSaved): void {
    this.#list.querySelector(`[data-id="${airport.id}"]`)?.replaceChildren(...labels(airport));
  }

  #search(text: string): void {
    if (text.trim() === '') return;
    this.#summary.className = 'busy';
    // The answer is an event as well, so there is nothing to wait for.
    this.#bus.emit(new SearchRequested(text));
  }

  #row(match: Match): HTMLElement {
    const button = make('button', '', ...labels(match));
    button.type = 'button';
    button.dataset['id'] = String(match.id);
    button.addEventListener('click', () => {
      this.#list.querySelector('[aria-current]')?.removeAttribute('aria-current');
      button.ariaCurrent = 'true';
      this.#bus.emit(new AirportRequested(match.id));
    });
    return make('li', '', button);
  }
}

const labels = ({ iata, name, city, country }: Match): HTMLElement[] => [
  make('b', 'code', iata ?? '–'),
  make('span', 'name', name),
  make('span', 'place', city ? `${city}, ${country}` : country),
];
