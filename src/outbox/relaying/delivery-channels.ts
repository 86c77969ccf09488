import { type Channel, channel } from 'node:diagnostics_channel';
import type { EventBus } from '../../core/index.js';
import type { DeadNews, DeliveryNews, RetryNews, TakenOverNews } from '../delivery-news.js';
import { deliveryIdOf } from '../store/entry.js';
import type { Attempt } from './attempt.js';

const delivered = channel('class-events:outbox:delivered');
const retry = channel('class-events:outbox:retry');
const dead = channel('class-events:outbox:dead');
const takenOver = channel('class-events:outbox:taken-over');

/** What one kind of news adds to the others. */
type Added<News extends DeliveryNews> = Omit<News, keyof DeliveryNews>;

/** Publishes what becomes of deliveries on diagnostics channels, to whoever has subscribed. */
export class DeliveryChannels {
  readonly #bus: EventBus;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  delivered(attempt: Attempt): void {
    this.#publish<DeliveryNews>(delivered, attempt, attempt.number, {});
  }

  retry(attempt: Attempt, added: Added<RetryNews>): void {
    this.#publish<RetryNews>(retry, attempt, attempt.number, added);
  }

  /** `number` is the last attempt, which this one need not be. */
  dead(attempt: Attempt, number: number, added: Added<DeadNews>): void {
    this.#publish<DeadNews>(dead, attempt, number, added);
  }

  takenOver(attempt: Attempt, added: Added<TakenOverNews>): void {
    this.#publish<TakenOverNews>(takenOver, attempt, attempt.number, added);
  }

  #publish<News extends DeliveryNews>(to: Channel, attempt: Attempt, number: number, added: Added<News>): void {
    if (!to.hasSubscribers) return;
    const { handler, delivery, duration } = attempt;
    const { id: event, name, key } = delivery;
    const news: DeliveryNews = {
      bus: this.#bus,
      handler,
      id: deliveryIdOf(delivery),
      event,
      name,
      key,
      attempt: number,
      duration,
    };
    to.publish({ ...news, ...added });
  }
}
