import type { Cause } from './cause.js';
import { Dispatch, type DispatchHost } from './dispatch.js';
import type { DispatchPlan, DispatchPlanner } from './dispatch-plan.js';
import { isThenable } from '../thenable.js';
import type { Handler } from '../subscribing/handler.js';
import { Outcome, skipped } from '../outcome.js';

/**
 * Calls the only handler of a plan. No other code has run since the planner gave the plan, so the handler is active.
 * Returns a dispatch if the handler failed or returned a promise.
 */
export function callSole(
  host: DispatchHost,
  event: object,
  plan: DispatchPlan,
  cause: Cause | undefined,
  awaited: boolean,
): Dispatch | undefined {
  let result: unknown;
  const call = plan.soleCall as Handler;
  try {
    result = call(event, host.ports.context);
  } catch (error) {
    result = new Outcome('rejected', error);
  }
  return result === undefined ? undefined : recorded(undefined, host, event, plan, cause, awaited, 0, result);
}

/** Calls all handlers of a plan. Returns a dispatch if one of them failed, was skipped or returned a promise. */
export function callAll(
  host: DispatchHost,
  event: object,
  plan: DispatchPlan,
  cause: Cause | undefined,
  awaited: boolean,
  planner: DispatchPlanner,
): Dispatch | undefined {
  const { steps, calls, version } = plan;
  const { context } = host.ports;
  let dispatch: Dispatch | undefined;
  for (let index = 0; index < calls.length; index++) {
    const call = calls[index] as Handler;
    let result: unknown;
    try {
      // If no subscription has come or gone, all are active: asking each costs ten handlers a fifth more (b10).
      const isActive = planner.version === version || steps[index]?.state === 'active';
      result = isActive ? call(event, context) : skipped('unsubscribed');
    } catch (error) {
      result = new Outcome('rejected', error);
    }
    if (result !== undefined) dispatch = recorded(dispatch, host, event, plan, cause, awaited, index, result);
  }
  return dispatch;
}

/** Records a promise, a failure or a skipped step. The first of them makes the dispatch. */
function recorded(
  dispatch: Dispatch | undefined,
  host: DispatchHost,
  event: object,
  plan: DispatchPlan,
  cause: Cause | undefined,
  awaited: boolean,
  index: number,
  result: unknown,
): Dispatch | undefined {
  if (!isThenable(result) && !Outcome.is(result)) return dispatch;
  const recording = dispatch ?? new Dispatch(host, event, plan, cause, awaited, undefined);
  recording.record(index, result);
  return recording;
}
