import { EventBus } from 'class-events';

class OrderPlaced {
  readonly #lines = ['tea'];
  readonly total = 3;
  get first(): string {
    return this.#lines[0] ?? '';
  }
}
class GiftWrapped extends OrderPlaced {}

export const bus = new EventBus();
bus.subscribe(OrderPlaced, function needsFields() {}, { filter: ({ first }) => first === 'tea' });
bus.subscribe(OrderPlaced, function wantsMuch() {}, { filter: ({ total }) => total > 100 });
bus.subscribe(OrderPlaced, function thisClassOnly() {}, { exact: true });
bus.subscribe(GiftWrapped, function another() {});
