/**
 * For the tests of those who use class-events: what was published, whether it was handled, and who is to run. Works
 * with any test runner, and loads nothing but the core and the platform's `AsyncLocalStorage`.
 *
 * @module
 */
export type { Claim } from './claim.js';
export {
  assertHandled,
  assertNotHandled,
  assertNotPublished,
  assertPublished,
  assertPublishedInOrder,
} from './event-assertions.js';
export type { EventFields } from './event-fields.js';
export { eventMatchers, type EventMatchers } from './event-matchers.js';
export { type EventRecorder, recordEvents } from './event-recorder.js';
export { isolate, type Isolation } from './isolate.js';
export { type Scenario, scenario, ScenarioTimeoutError } from './scenario.js';
export { silence } from './silence.js';
