import { SingleBar } from 'cli-progress';
import type { DeliveryProgress, DispatchObserver } from 'class-events';
import { ImageUploaded } from './image-events.js';

/** A bar on the terminal, from what the bus tells of its deliveries. It draws on a terminal alone. */
export class Progress implements DispatchObserver {
  readonly #bar = new SingleBar({
    format: '  {bar} {value} of {total}, {executing} at work, {waiting} waiting',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
  });
  readonly #standing = new Map<number, DeliveryProgress['status']>();

  constructor(total: number) {
    this.#bar.start(total, 0, { executing: 0, waiting: 0 });
  }

  onDelivery({ event, id, status }: DeliveryProgress): void {
    if (!(event instanceof ImageUploaded)) return;
    this.#standing.set(id, status);
    this.#bar.update(this.#count('fulfilled'), {
      executing: this.#count('executing'),
      waiting: this.#count('waiting'),
    });
  }

  stop(): void {
    this.#bar.stop();
  }

  #count(status: DeliveryProgress['status']): number {
    return [...this.#standing.values()].filter((each) => each === status).length;
  }
}
