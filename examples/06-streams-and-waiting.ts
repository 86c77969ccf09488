import { EventBus } from 'class-events';

class ShipmentMoved {
  constructor(
    readonly shipmentId: string,
    readonly place: string,
  ) {}
}

const bus = new EventBus();

// The next event that passes the filter. Give it an end: nobody promises that it ever comes.
const arrival = bus.waitFor(ShipmentMoved, {
  filter: (event) => event.place === 'Oslo',
  signal: AbortSignal.timeout(5_000),
});

// Every event from this call on. Publishers never wait for the loop: events wait in the stream, 1000 at most.
const moves = bus.stream(ShipmentMoved, { filter: (event) => event.shipmentId === 's-1' });

await bus.publishAll([
  new ShipmentMoved('s-1', 'Bremen'),
  new ShipmentMoved('s-2', 'Malmö'),
  new ShipmentMoved('s-1', 'Oslo'),
]);

for await (const { place } of moves) {
  console.log(`s-1 has reached ${place}`);
  if (place === 'Oslo') break; // also unsubscribes
}
const { shipmentId } = await arrival;
console.log(`${shipmentId} has arrived`);
console.log(`still subscribed: ${bus.subscriptions().length}`);

// For a display only the latest matters: a slow reader misses the ones between.
const latest = bus.stream(ShipmentMoved, { capacity: 1, overflow: 'drop-oldest' });
await bus.publishAll([new ShipmentMoved('s-3', 'Gdańsk'), new ShipmentMoved('s-3', 'Riga')]);
await bus.close(); // a stream hands out what it holds, then ends
for await (const { place } of latest) console.log(`s-3 is in ${place} now`);

// prints:
// s-1 has reached Bremen
// s-1 has reached Oslo
// s-1 has arrived
// still subscribed: 0
// s-3 is in Riga now
