import { do_not_optimize, measure } from 'mitata';
import { floors } from '../floors/index.mjs';
import { received } from './handlers.mjs';
import { warmUp } from './warm-up.mjs';

/**
 * A case that is measured in nanoseconds. `subscriptions` gives pairs of event class and handler (and options), `step`
 * makes the function that is measured, and `calls` is how many handlers one step has to call.
 */
export function timed({ floor = 'for loop', subscriptions = () => [], step, calls, ...rest }) {
  const prepare = async (entrant) => {
    await warmUp(entrant);
    const bus = entrant.contender.create();
    for (const [eventClass, handler, options] of subscriptions()) {
      bus.subscribe(bus.keyOf(eventClass), handler, options);
    }
    await bus.start?.();
    const act = waitingFor(entrant, step(stageOf(entrant, bus)));
    await assertCalls(act, calls, entrant.id);
    return act;
  };

  return {
    ...rest,
    floor,
    /** The floor and the entrant by turns, in one process; the middle of the slices. */
    async measure(entrant, { slices, ms }) {
      for (const each of floors.filter(rest.takes)) await spin(await prepare(each), 3000);
      const lowest = await prepare(floors.find(({ id }) => id === floor));
      const act = await prepare(entrant);
      // By turns, so that neither is measured while the code that both share has met it alone.
      for (let turn = 0; turn < 2 * slices; turn++) await nanoseconds(turn % 2 === 0 ? lowest : act, ms / 10);
      const taken = { floor: [], act: [] };
      for (let slice = 0; slice < slices; slice++) {
        taken.floor.push(await nanoseconds(lowest, ms));
        taken.act.push(await nanoseconds(act, ms));
      }
      const [floorTime, time] = [middle(taken.floor), middle(taken.act)];
      return { ns: time, ratio: time / floorTime };
    },
  };
}

/**
 * What a case acts on. The field is assigned twice and holds another function for each entrant, so that no compiler can
 * take it for a constant and melt the contender into the loop that measures it: no application publishes like that.
 */
function stageOf({ contender, verb }, bus) {
  const stage = { ...contender, ...bus, publish: undefined };
  stage.publish = bus[verb];
  return stage;
}

const resolved = Promise.resolve();

/** What one measured step waits for: see the README on the four ways of waiting. */
function waitingFor({ waiting }, act) {
  if (waiting === 'yes') return act;
  if (waiting === 'leaves promises') {
    return () => {
      do_not_optimize(act());
      return resolved;
    };
  }
  return () => {
    do_not_optimize(act());
  };
}

/** Nothing is measured that does not do what the case asks for. */
async function assertCalls(act, expected, id) {
  await new Promise((settled) => setTimeout(settled));
  const before = received.calls;
  await act();
  await new Promise((settled) => setTimeout(settled));
  const calls = received.calls - before;
  if (calls !== expected) throw new Error(`${id} called ${calls} handlers in place of ${expected}.`);
}

/**
 * Without a full collection before each slice: it takes the shapes of short-lived objects with it when none of them is
 * alive, V8 throws away the code that knows them, and the slice measures how it is compiled again (10 async handlers of
 * class-events: 2.0 µs in place of 1.1 µs).
 */
async function nanoseconds(act, ms) {
  const { p50 } = await measure(act, { gc: false, min_cpu_time: ms * 1e6, min_samples: 5, batch_samples: 1024 });
  return p50;
}

function middle(numbers) {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
}

async function spin(act, turns) {
  for (let turn = 0; turn < turns; turn++) await act();
}
