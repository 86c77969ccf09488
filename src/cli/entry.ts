import type { EventClass } from '../core/index.js';
import { isWirableBus, type WirableBus } from '../wiring/wirable-bus.js';
import { busOfNestModule, isNestModule } from './nest-module.js';
import { type ExportKind, loadModule } from './user-module.js';

/** What a composition root gives to the commands. */
export interface Entry {
  readonly bus: WirableBus;
  /** Its export `events`: event classes that belong to the wiring although nobody subscribed to them. */
  readonly events: readonly EventClass[];
}

const busKind: ExportKind<WirableBus> = {
  noun: 'bus',
  plural: 'buses',
  itself: 'the EventBus itself',
  is: isWirableBus,
  source: { noun: 'module', is: isNestModule, make: busOfNestModule },
};

/**
 * Runs the user's composition root, and finds the bus that it exports or makes.
 *
 * @throws CommandError when the file cannot be loaded, or has no bus or several.
 */
export async function loadEntry(entry: string): Promise<Entry> {
  const { value: bus, exports } = await loadModule(entry, busKind);
  const events: unknown = exports['events'];
  return { bus, events: Array.isArray(events) ? (events as EventClass[]) : [] };
}
