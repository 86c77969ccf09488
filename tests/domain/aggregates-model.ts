/**
 * What aggregates and `publishEventsOf` should do, said a second time and as simply as possible: lists of numbers, and no
 * promises. Programs in which every handler waits for what it publishes have one order only.
 */

export type Step =
  | { readonly do: 'record'; readonly on: number; readonly refusable: boolean }
  | { readonly do: 'pull'; readonly from: number }
  | { readonly do: 'publish'; readonly of: readonly number[] }
  /** From now on the bus refuses refusable events, or takes them again. */
  | { readonly do: 'switch' };

/** What the handler does with the events of one turn, and whether it fails then. */
export interface Reaction {
  readonly steps: readonly Step[];
  readonly fails: boolean;
}

export interface Program {
  readonly aggregates: number;
  readonly steps: readonly Step[];
  /** The n-th event gets the n-th reaction, and round again. */
  readonly reactions: readonly Reaction[];
}

/** All that can be seen from outside. */
export interface Story {
  /** What was delivered, pulled and refused, in order; events by their numbers. */
  readonly lines: string[];
  /** What the aggregates hold in the end. */
  readonly left: number[][];
}

/** After so many events nothing is recorded any more, so that every program ends. */
export const enough = 30;

export function modelOf({ aggregates, steps, reactions }: Program): Story {
  const lines: string[] = [];
  const left: number[][] = Array.from({ length: aggregates }, () => []);
  const refusable: boolean[] = [];
  let refusing = false;
  const isRefused = (event: number): boolean => refusing && refusable[event] === true;

  function play(step: Step): void {
    switch (step.do) {
      case 'record':
        if (refusable.length < enough) left[step.on]!.push(refusable.push(step.refusable) - 1);
        return;
      case 'pull':
        lines.push(`pulled ${left[step.from]!.splice(0).join()}`);
        return;
      case 'publish':
        return publish([...new Set(step.of)]);
      case 'switch':
        refusing = !refusing;
    }
  }

  function publish(of: readonly number[]): void {
    const taken = of.flatMap((aggregate) => left[aggregate]!.splice(0).map((event) => ({ aggregate, event })));
    let failures = 0;
    const isRefusedAtOnce = taken.some(({ event }) => isRefused(event));
    while (taken.length > 0 && !isRefusedAtOnce && !isRefused(taken[0]!.event)) {
      failures += deliver(taken.shift()!.event);
    }
    for (const { aggregate, event } of taken.reverse()) left[aggregate]!.unshift(event);
    lines.push(`${taken.length > 0 ? 'refused' : 'published'}, ${failures} failures`);
  }

  function deliver(event: number): number {
    lines.push(`delivered ${event}`);
    const { steps: reaction, fails } = reactions[event % reactions.length]!;
    reaction.forEach(play);
    return fails ? 1 : 0;
  }

  steps.forEach(play);
  return { lines, left };
}
