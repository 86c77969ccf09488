import type { Poison } from './moved.js';
import type { Mutant } from './mutants.js';

/** What a process of the application is to do: its argument, as JSON. */
export interface Task {
  readonly role: 'writer' | 'relay' | 'operator';
  /** The database. */
  readonly url: string;
  /** The file of the ledger. */
  readonly ledger: string;
  readonly seed: number;
  readonly mutant?: Mutant | undefined;
  /** Where it kills itself, or stands still: `settle:after`, at the nth time. */
  readonly point?: { readonly name: string; readonly count: number; readonly signal?: 'SIGSTOP' } | undefined;
  /** How often handlers fail, from 0 to 1. Default 0.03. */
  readonly failing?: number | undefined;
  /** How long a handler works at most, in ms. Default 10. */
  readonly work?: number | undefined;
  /** After so many deliveries a handler keeps the event loop for so many ms. */
  readonly block?: { readonly after: number; readonly during: number } | undefined;
  /** How often a delivery is tried. Default 10, which no innocent one comes to. */
  readonly attempts?: number | undefined;
  /** How long a handler may take, in ms. Default 5 000. */
  readonly timeout?: number | undefined;
  /** The handlers that it has, by their durable ids. Default: all. */
  readonly has?: readonly string[] | undefined;
  /** Whether it was deployed after the handlers were given other durable ids. Default false. */
  readonly isRenamed?: boolean | undefined;
  /** How long it keeps events, in ms. Default 0. */
  readonly retention?: number | undefined;
  /** For an operator: the handler that it replays everything to, and ends. Without one it looks after the dead letters. */
  readonly replays?: string | undefined;
  /** For a writer: the harm that one of its events does, of which another follows in its key. */
  readonly poison?: Poison | undefined;
  /** For a writer: its first transaction commits when so many events that came after it have been delivered. */
  readonly lateBy?: number | undefined;
  /** For a writer: how many events are in one transaction at most. Default 3. */
  readonly atOnce?: number | undefined;
  /** For a writer: how many accounts of either kind there are. Default 12. */
  readonly accounts?: number | undefined;
  /** For a writer: how many of them are early ones, from 0 to 1. Default 0.4. */
  readonly early?: number | undefined;
  /** For a writer: how many ms it takes from its last statement to the commit at most. Default 0. */
  readonly hesitation?: number | undefined;
  /** For a writer: how many ms it rests between two transactions at most. Default 10. */
  readonly rest?: number | undefined;
}

/** Milliseconds after which the work of a silent relay goes to others, everywhere in this suite. */
export const takeoverAfter = 1_500;
