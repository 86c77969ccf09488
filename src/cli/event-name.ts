import { CommandError } from './command.js';

/**
 * The id that a name on the command line means.
 *
 * @throws CommandError when there is none, or more than one.
 */
export function eventIdOf(name: string, ids: readonly string[]): string {
  // The first of several classes with one name has the bare name for an id: `OrderPlaced#1` means that one alone.
  const namesakes = ids.filter((id) => id === name || (id.startsWith(`${name}#`) && ids.includes(name)));
  if (namesakes.length > 1) {
    const choices = [`${name}#1`, ...namesakes.slice(1)].join(', ');
    throw new CommandError(`${namesakes.length} event classes are called ${name}. Give one of ${choices}.`);
  }
  const id = namesakes[0] ?? ids.find((each) => `${each}#1` === name);
  if (id !== undefined) return id;
  const closest = closestTo(name, ids);
  const hint =
    closest === undefined
      ? `There is ${ids.slice(0, 10).join(', ') || 'none'}${ids.length > 10 ? ' …' : ''}. A class without subscribers has to be in the list 'events' that the entry exports.`
      : `Did you mean ${closest}?`;
  throw new CommandError(`No event class is called ${name}. ${hint}`);
}

/** The most similar of the names, if any is similar enough for a slip of the fingers or of memory. */
function closestTo(name: string, names: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const [best] = names
    .map((each) => {
      const text = each.toLowerCase();
      return { each, distance: text.includes(wanted) || wanted.includes(text) ? 1 : editDistance(wanted, text) };
    })
    .sort((one, other) => one.distance - other.distance);
  return best && best.distance <= Math.max(2, name.length / 3) ? best.each : undefined;
}

/** How many letters have to be put in, taken out or replaced (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1];
    for (let column = 1; column < row.length; column++) {
      const replaced = row[column - 1]! + (letter === other[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
