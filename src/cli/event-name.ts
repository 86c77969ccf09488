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
  const id = namesakes[0] ?? ids.find((candidate) => `${candidate}#1` === name);
  if (id !== undefined) return id;
  const closest = closestName(name, ids);
  const hint =
    closest === undefined
      ? `There is ${ids.slice(0, 10).join(', ') || 'none'}${ids.length > 10 ? ' …' : ''}. A class without subscribers has to be in the list 'events' that the entry exports.`
      : `Did you mean ${closest}?`;
  throw new CommandError(`No event class is called ${name}. ${hint}`);
}

/** The most similar of the names, if any is similar enough for a slip of the fingers or of memory. */
function closestName(name: string, names: readonly string[]): string | undefined {
  const text = name.toLowerCase();
  const [best] = names
    .map((candidate) => {
      const candidateText = candidate.toLowerCase();
      const isPart = candidateText.includes(text) || text.includes(candidateText);
      return { candidate, distance: isPart ? 1 : editDistance(text, candidateText) };
    })
    .sort((left, right) => left.distance - right.distance);
  return best && best.distance <= Math.max(2, name.length / 3) ? best.candidate : undefined;
}

/** Returns the Levenshtein distance: how many letters must be inserted, deleted or replaced. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (let column = 1; column < row.length; column++) {
      const replacement = row[column - 1]! + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(replacement, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
