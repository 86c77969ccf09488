/** @jest-environment ./tests/domain/databases/pglite-environment.cjs */
import type { PGlite } from '@electric-sql/pglite';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AggregationTemporality,
  type DataPoint,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { transactional } from 'class-events/domain';
import { Outbox, type OutboxOptions, type OutboxProblem } from 'class-events/outbox';
import { observeOutbox, openTelemetry } from 'class-events/outbox/opentelemetry';
import { pglite } from 'class-events/outbox/postgres';

declare global {
  // Given by the environment.
  var PGlite: { create(): Promise<PGlite> };
}

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
const catalog = new EventCatalog().add<OrderPlaced, { orderId: string }>(OrderPlaced, {
  name: 'order.placed',
  key: ({ orderId }) => `order:${orderId}`,
  read: ({ orderId }) => new OrderPlaced(orderId),
});

const spans = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
const tracer = provider.getTracer('test');
const measurements = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: measurements, exportIntervalMillis: 3_600_000 });
const meter = new MeterProvider({ readers: [reader] }).getMeter('test');

const countings = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const countingReader = new PeriodicExportingMetricReader({ exporter: countings, exportIntervalMillis: 3_600_000 });
const counting = new MeterProvider({ readers: [countingReader] });

/** What one meter has counted, by name. */
async function metricsOf(scope: string): Promise<Record<string, unknown>> {
  const { resourceMetrics } = await countingReader.collect();
  const metrics = resourceMetrics.scopeMetrics.find(({ scope: { name } }) => name === scope)?.metrics ?? [];
  const entries = metrics.map(({ descriptor: { name }, dataPoints }) => [
    name.replace('class_events.outbox.', ''),
    dataPoints[0]?.value,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

const defaults = { maxAttempts: 1 };
let db: PGlite;
const running: Outbox[] = [];

/** What one process has: a bus with a handler, and an outbox. */
function shop(handler: (event: OrderPlaced) => unknown, options: Partial<OutboxOptions> = {}, transactionally = false) {
  const bus = new EventBus();
  const tracing = openTelemetry({ tracer, meter });
  const outbox = new Outbox({ bus, catalog, store: pglite(db), tracing, ...options });
  bus.subscribe(OrderPlaced, handler, { durable: 'mail.receipt', transactional: transactionally });
  const unitOfWork = transactional(bus, (run) => db.transaction(run));
  return { bus, outbox, unitOfWork };
}

async function started(outbox: Outbox): Promise<void> {
  running.push(outbox);
  await outbox.start();
}

/** Resolves with what there is, as soon as it is so much. */
async function atLeast<T>(count: number, list: () => readonly T[]): Promise<readonly T[]> {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    const found = list();
    if (found.length >= count) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Waited for ${count}, and there are ${list().length}.`);
}

const consumed = (): ReadableSpan[] => spans.getFinishedSpans().filter(({ kind }) => kind === SpanKind.CONSUMER);
const deliveries = (count: number): Promise<readonly ReadableSpan[]> => atLeast(count, consumed);
const published = (): ReadableSpan[] => spans.getFinishedSpans().filter(({ kind }) => kind === SpanKind.PRODUCER);

/** All series of a metric, as they are now. */
async function seriesOf(name: string): Promise<readonly DataPoint<unknown>[]> {
  measurements.reset();
  await reader.forceFlush();
  return measurements
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .filter(({ descriptor }) => descriptor.name === name)
    .flatMap(({ dataPoints }) => dataPoints as DataPoint<unknown>[]);
}

/** The values of a gauge, by handler. */
async function gauge(name: string): Promise<Record<string, unknown>> {
  const series = await seriesOf(`class_events.outbox.${name}`);
  return Object.fromEntries(
    series.map(({ attributes, value }) => [String(attributes['messaging.destination.name'] ?? ''), value]),
  );
}

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  db = await globalThis.PGlite.create();
  await shop(() => undefined).outbox.migrate();
});
beforeEach(async () => {
  spans.reset();
  await db.exec('truncate class_events.event, class_events.delivery, class_events.held, class_events.failure');
});
afterEach(async () => {
  for (const outbox of running.splice(0)) await outbox.stop();
});
afterAll(() => db.close());

describe('openTelemetry', () => {
  it('links the attempt of one bus to the span in which another one published', async () => {
    const publisher = shop(() => undefined);
    const consumer = shop(() => trace.getActiveSpan()?.setAttribute('seen', true));
    await tracer.startActiveSpan('POST /orders', async (span) => {
      await publisher.unitOfWork(() => publisher.bus.publish(new OrderPlaced('o-1')));
      span.end();
    });
    // The relay runs in no trace, whatever was active when it was started.
    await tracer.startActiveSpan('start of the program', async (span) => {
      await started(consumer.outbox);
      span.end();
    });
    const [delivered] = await deliveries(1);
    const request = spans.getFinishedSpans().find(({ name }) => name === 'POST /orders');
    const [producer] = published();
    expect(producer).toMatchObject({
      name: 'publish order.placed',
      parentSpanContext: { spanId: request?.spanContext().spanId },
      attributes: { 'messaging.system': 'class-events', 'messaging.operation.type': 'create' },
    });
    expect(delivered).toMatchObject({
      name: 'deliver mail.receipt',
      parentSpanContext: undefined,
      attributes: {
        'messaging.system': 'class-events',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'mail.receipt',
        'messaging.message.id': producer?.attributes['messaging.message.id'],
        'class_events.event.name': 'order.placed',
        'class_events.attempt': 1,
        seen: true,
      },
      status: { code: SpanStatusCode.UNSET },
    });
    const { traceId, spanId } = producer!.spanContext();
    expect(delivered?.links).toMatchObject([{ context: { traceId, spanId } }]);
    expect(delivered?.spanContext().traceId).not.toBe(traceId);
  });

  it.each([
    ['a plain handler', false],
    ['a transactional handler', true],
  ])('records what %s threw, with a span for each attempt', async (_, transactionally) => {
    let calls = 0;
    const failing = (): void => {
      if (calls++ === 0) throw new RangeError('no mail server');
    };
    const { bus, outbox, unitOfWork } = shop(failing, { defaults: { backoff: 10 } }, transactionally);
    await started(outbox);
    await unitOfWork(() => bus.publish(new OrderPlaced('o-1')));
    const [first, second] = await deliveries(2);
    expect(first).toMatchObject({
      attributes: { 'class_events.attempt': 1, 'error.type': 'RangeError' },
      status: { code: SpanStatusCode.ERROR, message: 'no mail server' },
      events: [{ name: 'exception', attributes: { 'exception.message': 'no mail server' } }],
    });
    expect(second).toMatchObject({
      attributes: { 'class_events.attempt': 2 },
      status: { code: SpanStatusCode.UNSET },
      links: first?.links,
    });
  });

  it('records durations by handler and error', async () => {
    const onProblem = (): void => undefined;
    const { bus, outbox, unitOfWork } = shop(() => Promise.reject(new EvalError('no')), { onProblem, defaults });
    await started(outbox);
    await unitOfWork(() => bus.publish(new OrderPlaced('o-1')));
    await deliveries(1);
    expect((await seriesOf('messaging.process.duration')).map(({ attributes }) => attributes)).toContainEqual({
      'messaging.system': 'class-events',
      'messaging.operation.name': 'deliver',
      'messaging.destination.name': 'mail.receipt',
      'error.type': 'EvalError',
    });
  });

  const unusual: readonly (readonly [string, (run: () => Promise<unknown>) => unknown])[] = [
    ['is not called by', () => undefined],
    ['is called without being awaited by', (run) => void run()],
    ['is called twice by', (run) => Promise.all([run(), run()])],
  ];
  it.each(unusual)('waits for the one attempt, also when it %s a tracing of your own', async (_, around) => {
    const tracing: OutboxOptions['tracing'] = { headers: () => ({}), around: (__, run) => around(run) as never };
    const attempts: number[] = [];
    const work = async (): Promise<void> => {
      attempts.push(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (attempts.length < 3) throw new Error('no');
    };
    const onProblem = (): void => undefined;
    const { bus, outbox, unitOfWork } = shop(work, { tracing, onProblem, defaults: { maxAttempts: 3, backoff: 1 } });
    await started(outbox);
    await unitOfWork(() => bus.publish(new OrderPlaced('o-1')));
    await atLeast(3, () => attempts);
    await outbox.stop();
    expect(attempts).toHaveLength(3);
    expect((await outbox.status()).handlers).toEqual([]);
  });

  it('makes a failure of a tracing of your own one of the attempt', async () => {
    const broken = new Error('no exporter');
    const tracing: OutboxOptions['tracing'] = { headers: () => ({}), around: () => Promise.reject(broken) };
    const problems: OutboxProblem[] = [];
    const onProblem = (problem: OutboxProblem): void => void problems.push(problem);
    const { bus, outbox, unitOfWork } = shop(() => undefined, { tracing, onProblem, defaults });
    await started(outbox);
    await unitOfWork(() => bus.publish(new OrderPlaced('o-1')));
    await atLeast(1, () => problems);
    expect(problems).toMatchObject([{ kind: 'dead letter', error: broken }]);
  });

  it('does not make a success of a failure that a tracing of your own swallows', async () => {
    const seen: unknown[] = [];
    const tracing: OutboxOptions['tracing'] = {
      headers: () => ({}),
      around: (_attempt, run) => run().catch((error: unknown) => void seen.push(error)) as never,
    };
    const refused = new Error('no');
    const problems: OutboxProblem[] = [];
    const onProblem = (problem: OutboxProblem): void => void problems.push(problem);
    const { bus, outbox, unitOfWork } = shop(() => Promise.reject(refused), { tracing, onProblem, defaults });
    await started(outbox);
    await unitOfWork(() => bus.publish(new OrderPlaced('o-1')));
    await atLeast(1, () => problems);
    expect(problems).toMatchObject([{ kind: 'dead letter', error: refused }]);
    expect(seen).toEqual([refused]);
  });
});

describe('observeOutbox', () => {
  it('shows what waits for each handler, and a zero when nothing does any more', async () => {
    const { bus, outbox, unitOfWork } = shop(() => undefined);
    const stop = observeOutbox(outbox, { meter, every: 0 });
    await unitOfWork(() => bus.publish(new OrderPlaced('o-1')));
    expect(await gauge('pending')).toEqual({ 'mail.receipt': 1 });
    expect(await gauge('dead')).toEqual({ 'mail.receipt': 0 });
    const age = (await gauge('oldest_due_age'))['mail.receipt'];
    expect(age).toEqual(expect.any(Number));
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThan(30);
    await started(outbox);
    await deliveries(1);
    await outbox.stop();
    expect(await gauge('pending')).toEqual({ 'mail.receipt': 0 });
    expect(await gauge('oldest_due_age')).toEqual({ 'mail.receipt': 0 });
    stop();
  });

  it('counts deliveries, failures and dead letters, and measures how long and how often was tried', async () => {
    const work = ({ orderId }: OrderPlaced): void => {
      if (orderId === 'bad') throw new Error('no');
    };
    const policy = { maxAttempts: 2, backoff: 1 };
    const { bus, outbox, unitOfWork } = shop(work, { onProblem: () => undefined, defaults: policy });
    const other = shop(work);
    const stops = [outbox, other.outbox].map((each, index) =>
      observeOutbox(each, { meter: index === 0 ? counting.getMeter('one') : counting.getMeter('other') }),
    );
    await started(outbox);
    for (const orderId of ['good', 'bad']) await unitOfWork(() => bus.publish(new OrderPlaced(orderId)));
    await atLeast(3, () => spans.getFinishedSpans().filter(({ name }) => name === 'deliver mail.receipt'));
    await outbox.stop();
    const counted = await metricsOf('one');
    expect(counted).toMatchObject({ delivered: 1, failed: 2, dead_letters: 1 });
    expect(counted['attempt_duration']).toMatchObject({ count: 3 });
    expect(counted['attempts']).toMatchObject({ count: 2, sum: 3 });
    expect((await metricsOf('other'))['delivered']).toBeUndefined();
    for (const stop of stops) stop();
  });

  it('shows relays and buckets', async () => {
    const status = { relays: 2, buckets: { taken: 63, all: 64 }, handlers: [], events: 0 };
    const stop = observeOutbox({ status: async () => status }, { meter });
    expect(await gauge('relays')).toEqual({ '': 2 });
    expect(await gauge('buckets_taken')).toEqual({ '': 63 });
    stop();
  });

  it('asks once for all that is read within the time, and again after a failure', async () => {
    let asked = 0;
    const status = async () => {
      if (++asked === 1) throw new Error('no database');
      return { relays: asked, buckets: { taken: 64, all: 64 }, handlers: [], events: 0 };
    };
    const stop = observeOutbox({ status }, { meter, every: 3_600_000 });
    const { errors } = await reader.collect();
    expect(errors).toEqual([expect.objectContaining({ message: 'no database' })]);
    expect(await gauge('relays')).toEqual({ '': 2 });
    expect(await gauge('relays')).toEqual({ '': 2 });
    stop();
    await reader.collect();
    expect(asked).toBe(2);
  });

  it('asks no more after it was ended', async () => {
    let asked = 0;
    const status = async () => ({ relays: ++asked, buckets: { taken: 64, all: 64 }, handlers: [], events: 0 });
    const stop = observeOutbox({ status }, { meter, every: 0 });
    await reader.collect();
    stop();
    await reader.collect();
    expect(asked).toBe(1);
  });
});
