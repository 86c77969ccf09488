import { EventCatalog } from 'class-events/catalog';

/** What a handler does with an event that is made to harm it. */
export type Poison = 'exit' | 'hang' | 'allocate';

/** Something has happened to the account `key`. The token tells one event from another, before any id is given to it. */
export class Moved {
  constructor(
    readonly key: string,
    readonly token: string,
    readonly poison: Poison | undefined,
    readonly ballast: string,
  ) {}
}

export const catalog = new EventCatalog().add(Moved, {
  name: 'account.moved',
  key: ({ key }) => key,
  write: ({ key, token, poison, ballast }) => ({ key, token, poison: poison ?? null, ballast }),
  read: (data) => {
    const { key, token, poison, ballast } = data as Record<string, string>;
    return new Moved(key!, token!, (poison as Poison | null) ?? undefined, ballast!);
  },
});
