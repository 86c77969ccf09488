/**
 * Spans and metrics of an outbox, by OpenTelemetry.
 *
 * @module
 */
export { observeOutbox, type ObserveOptions } from './observe-outbox.js';
export { openTelemetry, type OpenTelemetryOptions } from './open-telemetry.js';
