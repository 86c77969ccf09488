import { type EventBus, On } from 'class-events';
import type { Airport } from './airport.js';
import { find } from './element.js';
import { AirportEdited, AirportFetched, AirportSaved, SaveFailed } from './events.js';

/** Shows one airport, lets it be edited, and asks for it to be saved. */
export class AirportWindow {
  readonly #bus: EventBus;
  readonly #form = find('#airport form', HTMLFormElement);
  readonly #heading = find('#airport h3', HTMLHeadingElement);
  readonly #summary = find('#airport output', HTMLOutputElement);
  #id: number | undefined;

  constructor(bus: EventBus) {
    this.#bus = bus;
    this.#form.addEventListener('submit', (submit) => {
      submit.preventDefault();
      this.#save();
    });
  }

  @On(AirportFetched)
  open({ airport }: AirportFetched): void {
    this.#id = airport.id;
    this.#form.hidden = false;
    this.#show(airport);
    this.#say('', 'Edit it, and press Enter.');
  }

  @On(AirportSaved)
  confirm({ airport }: AirportSaved): void {
    if (airport.id !== this.#id) return;
    this.#show(airport);
    this.#say('saved', 'Saved.');
  }

  @On(SaveFailed)
  refuse({ id, problem }: SaveFailed): void {
    if (id === this.#id) this.#say('failed', `Not saved: ${problem}`);
  }

  #show({ name, city, country, iata, icao, elevation }: Airport): void {
    this.#heading.textContent = [iata, icao, country].filter(Boolean).join(' · ');
    this.#field('name').value = name;
    this.#field('city').value = city ?? '';
    this.#field('elevation').value = String(elevation);
  }

  #save(): void {
    if (this.#id === undefined) return;
    const changes = {
      name: this.#field('name').value,
      city: this.#field('city').value || null,
      elevation: this.#field('elevation').valueAsNumber,
    };
    this.#say('busy', 'Saving …');
    this.#bus.emit(new AirportEdited(this.#id, changes));
  }

  #field(name: string): HTMLInputElement {
    return find(`[name="${name}"]`, HTMLInputElement, this.#form);
  }

  #say(className: string, text: string): void {
    this.#summary.className = className;
    this.#summary.textContent = text;
  }
}
