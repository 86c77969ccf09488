import * as api from '@opentelemetry/api';

/**
 * The meter of the global provider.
 *
 * @throws Error when the API that is installed has no meters.
 */
export function defaultMeter(): api.Meter {
  // Not imported by name: where the name is missing, a module that imports it cannot be loaded at all.
  const { metrics } = api as Partial<typeof api>;
  if (metrics) return metrics.getMeter('class-events');
  throw new Error(
    'class-events/outbox/opentelemetry needs @opentelemetry/api 1.4 or newer, and found an older one, without metrics. Install it: npm install @opentelemetry/api@1.',
  );
}
