import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Attributes, Meter } from '@opentelemetry/api';
import type { DeliveryNews, RetryNews } from '../index.js';

/**
 * Counts what becomes of the deliveries of one bus, by handler. Returns what ends it. Each process counts what it has
 * done itself.
 */
export function meterDeliveries(meter: Meter, bus: object): () => void {
  const counter = (name: string, description: string) =>
    meter.createCounter(`class_events.outbox.${name}`, { unit: '{delivery}', description });
  const delivered = counter('delivered', 'Deliveries that have succeeded.');
  const failed = counter('failed', 'Attempts that have failed.');
  const dead = counter('dead_letters', 'Deliveries that have become dead letters.');
  const duration = meter.createHistogram('class_events.outbox.attempt_duration', {
    unit: 's',
    description: 'How long an attempt took.',
  });
  const attempts = meter.createHistogram('class_events.outbox.attempts', {
    unit: '{attempt}',
    description: 'How many attempts a delivery took, until it had succeeded or was a dead letter.',
  });
  const attempted = (news: DeliveryNews, of: Attributes): void => duration.record(news.duration / 1_000, of);
  const ended = (news: DeliveryNews, of: Attributes): void => attempts.record(news.attempt, of);
  const listeners: readonly (readonly [string, (news: DeliveryNews, of: Attributes) => void])[] = [
    [
      'class-events:outbox:delivered',
      (news, of) => {
        delivered.add(1, of);
        attempted(news, of);
        ended(news, of);
      },
    ],
    [
      'class-events:outbox:retry',
      (news, of) => {
        if (!(news as RetryNews).counts) return;
        failed.add(1, of);
        attempted(news, of);
      },
    ],
    [
      'class-events:outbox:dead',
      (news, of) => {
        failed.add(1, of);
        dead.add(1, of);
        attempted(news, of);
        ended(news, of);
      },
    ],
  ];
  const ends = listeners.map(([channel, note]) => {
    const hear = (message: unknown): void => {
      const news = message as DeliveryNews;
      if (news.bus === bus) note(news, { 'messaging.destination.name': news.handler });
    };
    subscribe(channel, hear);
    return () => unsubscribe(channel, hear);
  });
  return () => {
    for (const end of ends) end();
  };
}
