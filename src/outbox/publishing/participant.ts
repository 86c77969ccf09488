import type { EventBus } from '../../core/index.js';
import type { UnitOfWork } from '../../domain/index.js';

type Participant = UnitOfWork['participants'] extends Map<object, infer Each> ? Each : never;

/** Returns what an owner writes in the transaction of a unit of work. Opened when it is asked for the first time. */
export function participantOf<Batch extends Participant>(
  unit: UnitOfWork,
  bus: EventBus,
  owner: object,
  open: (transaction: unknown) => Batch,
): Batch {
  const { participants, transaction } = unit.root;
  let batch = participants.get(owner) as Batch | undefined;
  if (!batch) {
    participants.set(owner, (batch = open(transaction)));
    // One for the whole transaction, so that the bus does not close in the middle of it.
    bus.ports.inFlight.add(unit.root);
  }
  return batch;
}
