import {
  type Attributes,
  context,
  type Histogram,
  type Meter,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { defaultMeter } from './default-meter.js';
import type { OutboxTracing, TracedAttempt, TracedEvent } from '../index.js';

/**
 * By what is traced and measured.
 *
 * @example
 * ```ts
 * const tracing = openTelemetry({ tracer: trace.getTracer('shop') });
 * ```
 */
export interface OpenTelemetryOptions {
  /** Makes the spans. Default: that of the global provider. */
  readonly tracer?: Tracer | undefined;
  /** Makes the histogram of durations. Default: that of the global provider. */
  readonly meter?: Meter | undefined;
}

const system = { 'messaging.system': 'class-events' };

/**
 * Traces an outbox: a producer's span where an event is published, and a consumer's span for each attempt to deliver
 * it, perhaps in another process, which is linked to the first by what the global propagator puts beside the event
 * (`traceparent`). An attempt begins a trace of its own: it may come hours later, and again. Durations are in
 * `messaging.process.duration`, in seconds.
 *
 * @example
 * ```ts
 * const outbox = new Outbox({ bus, catalog, store, tracing: openTelemetry() });
 * ```
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): OutboxTracing {
  const tracer = options.tracer ?? trace.getTracer('class-events');
  const meter = options.meter ?? defaultMeter();
  const duration = meter.createHistogram('messaging.process.duration', {
    unit: 's',
    description: 'How long an attempt to deliver an event took.',
  });
  return {
    headers: (event) => headersOf(event, tracer),
    around: (attempt, run) => around(attempt, run, tracer, duration),
  };
}

function headersOf({ name, event }: TracedEvent, tracer: Tracer): Record<string, string> {
  const attributes = {
    ...system,
    'messaging.operation.name': 'publish',
    'messaging.operation.type': 'create',
    'messaging.message.id': event,
    'class_events.event.name': name,
  };
  const span = tracer.startSpan(`publish ${name}`, { kind: SpanKind.PRODUCER, attributes });
  const headers: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), span), headers);
  // It stands for the moment: the row is written at the end of the transaction, with those of all other events.
  span.end();
  return headers;
}

async function around<T>(
  { handler, name, event, attempt, headers }: TracedAttempt,
  run: () => Promise<T>,
  tracer: Tracer,
  duration: Histogram,
): Promise<T> {
  const destination: Attributes = {
    ...system,
    'messaging.operation.name': 'deliver',
    'messaging.destination.name': handler,
  };
  const attributes = {
    ...destination,
    'messaging.operation.type': 'process',
    'messaging.message.id': event,
    'class_events.event.name': name,
    'class_events.attempt': attempt,
  };
  // Not what is active: that is whatever started the relay.
  const published = propagation.extract(ROOT_CONTEXT, headers);
  const publisher = trace.getSpanContext(published);
  const links = publisher ? [{ context: publisher }] : [];
  const options = { kind: SpanKind.CONSUMER, root: true, attributes, links };
  const span = tracer.startSpan(`deliver ${handler}`, options, ROOT_CONTEXT);
  const began = performance.now();
  const measured: Attributes = { ...destination };
  try {
    // With the publisher's baggage.
    return await context.with(trace.setSpan(published, span), run);
  } catch (error) {
    measured['error.type'] = failed(span, error);
    throw error;
  } finally {
    span.end();
    duration.record((performance.now() - began) / 1_000, measured);
  }
}

/** Answers what kind of error it is. */
function failed(span: Span, error: unknown): string {
  const exception = error instanceof Error ? error : String(error);
  const type = error instanceof Error ? error.name : typeof error;
  span.recordException(exception);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
  span.setAttribute('error.type', type);
  return type;
}
