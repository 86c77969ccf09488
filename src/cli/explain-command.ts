import { escapeControl, type EventClass, type Explanation } from '../core/index.js';
import { eventClassesOn } from '../wiring/event-classes.js';
import { functionLocations } from '../wiring/node/index.js';
import { alignColumns } from '../wiring/align-columns.js';
import { placeOf } from '../wiring/traits.js';
import { CommandError, type OperandCommand } from './command.js';
import { countText } from './count-text.js';
import { loadEntry } from './entry.js';
import { eventIdOf } from './event-name.js';

const reasons: Readonly<Record<Explanation['reason'], string>> = {
  runs: '',
  'other class': 'it waits for other events',
  exact: 'it wants the base class alone (exact)',
  filter: 'its filter says no',
  'filter threw': 'its filter threw; it may need fields that --data can give',
  stopped: 'the event is stopped',
  phase: 'its phase needs a unit of work, or the outbox',
  shadowed: 'its handler runs by another of its classes or subscriptions',
  unsubscribed: 'its subscriber is gone',
  silenced: 'the test kit keeps events from it',
};

/** `class-events explain`: asks the bus what a publish would do. */
export const explainCommand: OperandCommand = {
  name: 'explain',
  operand: '<entry>',
  summary: 'says for each handler whether it would run for an event, and why',
  options: {
    event: { type: 'string', value: 'NAME', description: 'the event class' },
    data: {
      type: 'string',
      value: 'JSON',
      description: 'fields of the event, for filters; it is made without its constructor',
    },
  },
  async run(operand, { event: name, data }) {
    if (typeof name !== 'string') throw new CommandError('explain needs an event class: --event NAME.');
    const fields = fieldsFrom(data);
    const { bus, events } = await loadEntry(operand);
    const classes = new Map([...eventClassesOn(bus, events)].map(([eventClass, id]) => [id, eventClass]));
    const id = eventIdOf(name, [...classes.keys()]);
    const eventClass = classes.get(id)!;
    if (eventClass === Object) throw new CommandError('Object is every event. Give the class of one.');
    const explanations = bus.explain(Object.create(eventClass.prototype as object, fields) as object);
    return { output: report(id, eventClass, explanations), exitCode: 0 };
  },
};

function report(id: string, eventClass: EventClass, explanations: readonly Explanation[]): string {
  const locate = functionLocations();
  const candidates = explanations.filter(({ reason }) => reason !== 'other class');
  const rows = candidates.map(({ subscription, runs, reason }, index) => {
    const location = locate(subscription.source);
    const by = subscription.eventClasses.includes(eventClass)
      ? ''
      : `by ${subscription.eventClasses.map(({ name }) => name).join(', ')}`;
    const verdict = runs ? 'runs' : `does not run: ${reasons[reason]}`;
    const cells = [String(index + 1), subscription.mode, subscription.name, verdict, by];
    return [...cells, location ? placeOf(location) : ''].map(escapeControl);
  });
  const waiting = explanations.length - candidates.length;
  return [
    escapeControl(id),
    ...(rows.length === 0 ? ['  nobody'] : alignColumns(rows).map((row) => `  ${row}`)),
    ...(waiting === 0 ? [] : [`${countText(waiting, 'handler waits', 'handlers wait')} for other events.`]),
    '',
  ].join('\n');
}

/** Defined, not assigned: a field may stand where the class has an accessor without a setter. */
function fieldsFrom(data: string | boolean | undefined): PropertyDescriptorMap {
  if (typeof data !== 'string') return {};
  let fields: unknown;
  try {
    fields = JSON.parse(data);
  } catch (error) {
    throw new CommandError(`--data is no JSON: ${String(error)}. Quote it for the shell: --data '{"total": 1}'.`, {
      cause: error,
    });
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new CommandError(`--data takes an object with the fields of the event: --data '{"total": 1}'.`);
  }
  const descriptors = Object.entries(fields).map(([field, value]) => [
    field,
    { value: value as unknown, writable: true, enumerable: true, configurable: true },
  ]);
  return Object.fromEntries(descriptors) as PropertyDescriptorMap;
}
