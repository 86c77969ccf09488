import { EventBus, NoUnitOfWorkError, PublishError, type Subscription } from 'class-events';
import { AggregateRoot, publishEventsOf } from 'class-events/domain';
import * as fc from 'fast-check';
import { runs } from '../support/runs.js';
import { enough, modelOf, type Program, type Reaction, type Step, type Story } from './aggregates-model.js';

class Recorded {
  constructor(readonly serial: number) {}
}
class Refusable extends Recorded {}

class Ledger extends AggregateRoot<Recorded> {
  note(event: Recorded): void {
    this.record(event);
  }
}

const serials = (events: readonly Recorded[]): number[] => events.map(({ serial }) => serial);

/** Plays a program with real aggregates on a real bus. */
async function storyOf({ aggregates, steps, reactions }: Program): Promise<Story> {
  const lines: string[] = [];
  const bus = new EventBus();
  const ledgers = Array.from({ length: aggregates }, () => new Ledger());
  let recorded = 0;
  let refusing: Subscription | undefined;

  bus.subscribe(Recorded, async ({ serial }) => {
    lines.push(`delivered ${serial}`);
    const reaction = reactions[serial % reactions.length]!;
    for (const step of reaction.steps) await play(step);
    if (reaction.fails) throw new Error(`reaction ${serial}`);
  });

  async function play(step: Step): Promise<void> {
    switch (step.do) {
      case 'record':
        if (recorded < enough) ledgers[step.on]!.note(new (step.refusable ? Refusable : Recorded)(recorded++));
        return;
      case 'pull':
        lines.push(`pulled ${serials(ledgers[step.from]!.pullEvents()).join()}`);
        return;
      case 'publish':
        lines.push(await outcomeOf(publishEventsOf(bus, ...step.of.map((index) => ledgers[index]!))));
        return;
      case 'switch':
        if (refusing?.active) refusing.unsubscribe();
        else refusing = bus.subscribe(Refusable, () => undefined, { phase: 'afterCommit' });
    }
  }

  for (const step of steps) await play(step);
  return { lines, left: ledgers.map(({ recordedEvents }) => serials(recordedEvents)) };
}

async function outcomeOf(published: Promise<unknown>): Promise<string> {
  try {
    await published;
    return 'published, 0 failures';
  } catch (error) {
    if (error instanceof NoUnitOfWorkError) return 'refused, 0 failures';
    if (!(error instanceof PublishError)) throw error;
    return `${error.cause ? 'refused' : 'published'}, ${error.errors.length} failures`;
  }
}

const aggregate = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('record'), on: aggregate, refusable: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pull'), from: aggregate }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('publish'), of: fc.array(aggregate, { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('switch') }) },
);
const reaction: fc.Arbitrary<Reaction> = fc.record({ steps: fc.array(step, { maxLength: 4 }), fails: fc.boolean() });
const program: fc.Arbitrary<Program> = fc.record({
  aggregates: fc.constant(3),
  steps: fc.array(step, { maxLength: 12 }),
  reactions: fc.array(reaction, { minLength: 1, maxLength: 5 }),
});

describe('aggregates and publishEventsOf', () => {
  it('do what the model does, whatever handlers record, pull, publish and fail meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (sample) => expect(await storyOf(sample)).toEqual(modelOf(sample))),
      runs(500),
    );
  });

  it('bring every event to exactly one end: delivered, pulled by hand, or still recorded', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (sample) => {
        const { lines, left } = await storyOf(sample);
        const ended = lines.flatMap((line) => /^(?:delivered|pulled) (.+)/.exec(line)?.[1]?.split(',') ?? []);
        const all = [...ended.map(Number), ...left.flat()].sort((left, right) => left - right);
        expect(all).toEqual(all.map((_, index) => index));
      }),
      runs(500),
    );
  });

  it('are tried in programs in which much happens', () => {
    const stories = fc.sample(program, { numRuns: 500, seed: 1 }).map(modelOf);
    const often = (pattern: RegExp): number =>
      stories.filter(({ lines }) => lines.some((line) => pattern.test(line))).length;
    expect(often(/^delivered/)).toBeGreaterThan(100);
    expect(often(/^refused/)).toBeGreaterThan(50);
    expect(often(/^refused, [1-9]/)).toBeGreaterThan(0);
    expect(often(/^published, [1-9]/)).toBeGreaterThan(50);
  });
});
