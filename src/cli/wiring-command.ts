import { describeWiring } from '../wiring/describe-wiring.js';
import { toDot } from '../wiring/dot.js';
import { excerptOf } from '../wiring/excerpt.js';
import { toHtml } from '../wiring/html.js';
import { toJson } from '../wiring/json.js';
import { toMermaid } from '../wiring/mermaid.js';
import { functionLocations } from '../wiring/node/index.js';
import { toTable } from '../wiring/table.js';
import type { Wiring } from '../wiring/wiring.js';
import { CommandError, type OperandCommand } from './command.js';
import { loadEntry } from './entry.js';
import { eventIdOf } from './event-name.js';
import { toOutput } from './output.js';

type Render = (wiring: Wiring) => string | Promise<string>;

const formats: Readonly<Record<string, Render>> = {
  table: toTable,
  json: toJson,
  mermaid: toMermaid,
  dot: toDot,
  html: toHtml,
};

/** `class-events wiring`: shows who reacts to what. */
export const wiringCommand: OperandCommand = {
  name: 'wiring',
  operand: '<entry>',
  summary: 'shows which handlers run for which event class, in their order',
  options: {
    format: { type: 'string', value: 'FORMAT', description: `${Object.keys(formats).join(', ')}; default table` },
    event: { type: 'string', value: 'NAME', description: 'only this event class' },
    output: { type: 'string', value: 'FILE', description: 'write to a file' },
  },
  async run(operand, options) {
    const { format = 'table', event } = options;
    const render = Object.hasOwn(formats, String(format)) ? formats[String(format)] : undefined;
    if (!render) {
      throw new CommandError(`There is no format ${String(format)}. Give one of ${Object.keys(formats).join(', ')}.`);
    }
    const { bus, events } = await loadEntry(operand);
    const whole = describeWiring(bus, { events, locate: functionLocations() });
    const ids = whole.events.map(({ id }) => id);
    const wiring = typeof event === 'string' ? excerptOf(whole, eventIdOf(event, ids)) : whole;
    return toOutput(await renderWiring(wiring, render), options);
  },
};

/** @throws CommandError when the package that draws the page is not installed. */
async function renderWiring(wiring: Wiring, render: Render): Promise<string> {
  try {
    return await render(wiring);
  } catch (error) {
    throw new CommandError((error as Error).message, { cause: error });
  }
}
