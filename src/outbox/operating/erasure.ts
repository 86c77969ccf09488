import { aBoolean, aText, checkOptions, type Checks } from '../../core/index.js';
import type { ErasureResult } from '../store/erasure.js';
import { isEventId } from '../store/event-id.js';
import type { OperatingStore } from '../store/operating-store.js';

export type { ErasureResult };

/**
 * Which events are erased: those that match everything given. A criterion that is `undefined` is none, and without a
 * criterion nothing is erased.
 *
 * @example
 * ```ts
 * await outbox.erase({ data: { customerId: 'c-17' }, dryRun: true });
 * ```
 */
export interface ErasureSelection {
  /** Of this key. */
  readonly key?: string | undefined;
  /** This event: its id, a UUID. */
  readonly event?: string | undefined;
  /** Events whose data has all of these properties, with these values, at these places. */
  readonly data?: object | undefined;
  /** Counts what would be erased, and erases nothing. Default false. */
  readonly dryRun?: boolean | undefined;
}

const checks: Checks<ErasureSelection> = {
  key: aText,
  event: ['the id of an event, a UUID', isEventId],
  data: [
    'an object with at least one property',
    (value) => typeof value === 'object' && value !== null && JSON.stringify(value).length > 2,
  ],
  dryRun: aBoolean,
};

/** @throws TypeError for a selection that is none, or that has no criterion. */
export async function erase(
  store: OperatingStore,
  wake: () => void,
  selection: ErasureSelection,
): Promise<ErasureResult> {
  checkOptions(selection, checks);
  const { key, event, data, dryRun = false } = selection ?? {};
  if (key === undefined && event === undefined && data === undefined) {
    throw new TypeError(
      'erase without a criterion means every event, and undefined is no criterion. Give key, event or data.',
    );
  }
  const result = await store.erase({ key, event, data: data && JSON.stringify(data), dryRun });
  if (!dryRun) wake();
  return result;
}
