import { On } from 'class-events';
import { GitHubEvent } from './github-events.js';

/** A service class: its `@On` methods are subscribed when an instance is registered. They are sync, so they run in order. */
export class Statistics {
  readonly #events = new Map<string, number>();
  counted = 0;
  ranked = 0;
  busiest = '';

  /** First, for `rank` reads what it has counted. */
  @On(GitHubEvent, { priority: 10 })
  count(event: GitHubEvent): void {
    this.counted += 1;
    this.#events.set(event.repository, this.#eventsOf(event.repository) + 1);
  }

  @On(GitHubEvent)
  rank(event: GitHubEvent): void {
    this.ranked += 1;
    if (this.#eventsOf(event.repository) > this.#eventsOf(this.busiest)) this.busiest = event.repository;
  }

  get summary(): string {
    return `${this.busiest} is the busiest of ${this.#events.size} repositories, with ${this.#eventsOf(this.busiest)} events.`;
  }

  #eventsOf(repository: string): number {
    return this.#events.get(repository) ?? 0;
  }
}
