import { setTimeout as delay } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { Outbox, Permanent } from 'class-events/outbox';
import { pglite } from 'class-events/outbox/postgres';

class ParcelMoved {
  constructor(
    readonly parcel: string,
    readonly to: string,
  ) {}
}
const catalog = new EventCatalog().add(ParcelMoved, {
  name: 'parcel.moved',
  key: ({ parcel }) => `parcel:${parcel}`,
  read: ({ parcel, to }) => new ParcelMoved(String(parcel), String(to)),
});

const bus = new EventBus({ onError: () => undefined }); // failed attempts are told by onProblem, when there are no more
const outbox = new Outbox({
  bus,
  catalog,
  store: pglite(new PGlite()),
  outsideUnitOfWork: 'transaction', // an event alone is written in a transaction of its own
  onProblem: ({ kind, message }) => console.log(`${kind}: ${message.replace(/\([\da-f-]+\) /, '')}`),
});
await outbox.migrate();

const depots = new Set(['Berlin', 'Rome']);
const tellCustomer = ({ parcel, to }: ParcelMoved): void => {
  // Another attempt would fail as well, so there is none.
  if (!depots.has(to)) throw new Permanent(`there is no depot in ${to}`);
  console.log(`${parcel} has come to ${to}`);
};
bus.subscribe(ParcelMoved, tellCustomer, { durable: 'customer.news' });

for (const to of ['Berlin', 'Lyon', 'Rome']) await bus.publish(new ParcelMoved('p-1', to));
await bus.publish(new ParcelMoved('p-2', 'Rome')); // another key: nothing holds it up
await outbox.start();
while ((await outbox.deadLetters.list())[0]?.followers !== 1) await delay(20);

const [letter] = await outbox.deadLetters.list();
console.log(`${letter?.data} is dead, and ${letter?.followers} waits for it`);
depots.add('Lyon');
await outbox.deadLetters.redrive({ handler: 'customer.news', key: 'parcel:p-1' });
while ((await outbox.status()).handlers.length > 0) await delay(20);
await outbox.stop();

// prints:
// p-1 has come to Berlin
// p-2 has come to Rome
// dead letter: parcel.moved is a dead letter of customer.news after 1 attempt: there is no depot in Lyon
// {"parcel":"p-1","to":"Lyon"} is dead, and 1 waits for it
// p-1 has come to Lyon
// p-1 has come to Rome
