import { EventCatalog } from 'class-events/catalog';
import * as v from 'valibot';
import { noteOf } from '../../src/outbox/store/failure.js';
import { rejectionOf, thrownBy } from '../support/rejection.js';

class Charged {
  constructor(readonly card: unknown) {}
}
const catalog = new EventCatalog().add(Charged, {
  name: 'charged',
  schema: v.object({ card: v.picklist(['visa']) }),
  read: ({ card }) => new Charged(card),
});
const secret = '4111-1111-1111-1111';

describe('The note of a failed attempt', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['data that does not fit its schema', () => rejectionOf(catalog.read('charged', 1, { card: secret }))],
    ['a text that is no JSON', async () => thrownBy(() => catalog.parse(`{"card": ${secret}`, 'charged'))],
    ['a forbidden key', async () => thrownBy(() => catalog.parse(`{"constructor": "${secret}"}`, 'charged'))],
  ])('names the event, and holds nothing of %s', async (_, fail) => {
    const note = JSON.stringify(noteOf(1, await fail()));
    expect(note).toContain('charged');
    expect(note).not.toContain(secret);
  });
});
