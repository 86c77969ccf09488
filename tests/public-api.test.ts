import * as core from 'class-events';
import * as catalog from 'class-events/catalog';
import * as domain from 'class-events/domain';
import * as nestjs from 'class-events/nestjs';
import * as outbox from 'class-events/outbox';
import * as outboxOpenTelemetry from 'class-events/outbox/opentelemetry';
import * as outboxPostgres from 'class-events/outbox/postgres';
import * as testing from 'class-events/testing';
import * as wiring from 'class-events/wiring';
import * as wiringNode from 'class-events/wiring/node';
import * as workers from 'class-events/workers';
import * as workersWeb from 'class-events/workers/web';

/** What a user can import. A name that comes or goes is a change of the public API: the changelog has to say so. */
const exported: [entry: string, module: object, names: Record<string, 'class' | 'function' | 'value'>][] = [
  [
    'class-events',
    core,
    {
      BusClosedError: 'class',
      CascadeError: 'class',
      CloseTimeoutError: 'class',
      EventBus: 'class',
      HandlerFailed: 'class',
      HandlerTimeoutError: 'class',
      NoUnitOfWorkError: 'class',
      On: 'function',
      PublishError: 'class',
      StoppableEvent: 'class',
      StreamOverflowError: 'class',
      UnhandledEvent: 'class',
    },
  ],
  [
    'class-events/catalog',
    catalog,
    {
      EventCatalog: 'class',
      EventDataError: 'class',
      UncataloguedEventError: 'class',
      UnknownEventError: 'class',
      UnsafeDataError: 'class',
      VersionAheadError: 'class',
    },
  ],
  [
    'class-events/domain',
    domain,
    {
      AfterCommitError: 'class',
      AggregateRoot: 'class',
      currentUnitOfWork: 'function',
      domainEvents: 'function',
      publishEventsOf: 'function',
      recordsEvents: 'function',
      sqlStateOf: 'function',
      transactional: 'function',
      UnknownOutcomeError: 'class',
      withoutUnitOfWork: 'function',
    },
  ],
  [
    'class-events/nestjs',
    nestjs,
    {
      EventBusModule: 'class',
      EventRequest: 'class',
      InUnitOfWork: 'function',
      OutboxModule: 'class',
      UnitOfWork: 'class',
      runInRequest: 'function',
    },
  ],
  [
    'class-events/outbox',
    outbox,
    {
      bucketCount: 'value',
      bucketOf: 'function',
      DeadLetters: 'class',
      Deliveries: 'class',
      NotNow: 'class',
      Outbox: 'class',
      OutboxError: 'class',
      Permanent: 'class',
      RetryAfter: 'class',
    },
  ],
  ['class-events/outbox/opentelemetry', outboxOpenTelemetry, { observeOutbox: 'function', openTelemetry: 'function' }],
  [
    'class-events/outbox/postgres',
    outboxPostgres,
    { pglite: 'function', postgres: 'function', postgresSql: 'function', queryableOf: 'function' },
  ],
  [
    'class-events/testing',
    testing,
    {
      assertHandled: 'function',
      assertNotHandled: 'function',
      assertNotPublished: 'function',
      assertPublished: 'function',
      assertPublishedInOrder: 'function',
      eventMatchers: 'value',
      isolate: 'function',
      recordEvents: 'function',
      scenario: 'function',
      ScenarioTimeoutError: 'class',
      silence: 'function',
    },
  ],
  [
    'class-events/wiring',
    wiring,
    {
      describeWiring: 'function',
      toDot: 'function',
      toHtml: 'function',
      toJson: 'function',
      toMermaid: 'function',
      toTable: 'function',
    },
  ],
  ['class-events/wiring/node', wiringNode, { functionLocations: 'function' }],
  [
    'class-events/workers',
    workers,
    {
      inWorker: 'function',
      RemotePublishError: 'class',
      WorkerEndedError: 'class',
      workerHandler: 'function',
      WorkerPool: 'class',
      WorkerPoolClosedError: 'class',
      WorkerQueueFullError: 'class',
    },
  ],
  [
    'class-events/workers/web',
    workersWeb,
    {
      inWorker: 'function',
      RemotePublishError: 'class',
      serve: 'function',
      WebWorkerPool: 'class',
      WorkerEndedError: 'class',
      workerHandler: 'function',
      WorkerPoolClosedError: 'class',
      WorkerQueueFullError: 'class',
    },
  ],
];

function kindOf(value: unknown): 'class' | 'function' | 'value' {
  if (typeof value !== 'function') return 'value';
  return /^class\b/.test(String(value)) ? 'class' : 'function';
}

describe('the public API', () => {
  it.each(exported)('of %s is exactly this list of names', (_, module, names) => {
    const kinds = Object.entries(module).map(([name, value]) => [name, kindOf(value)]);
    expect(Object.fromEntries(kinds)).toEqual(names);
  });
});
