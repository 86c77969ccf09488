/**
 * What the bus should do, said a second time and as simply as possible: a plain list of subscriptions and a few loops,
 * no caches, no promises. Both the bus and this model play the same programs, and have to tell the same story.
 */

/** Event classes by number: 0 is the root, 1 to 3 derive from each other below it, 4 is a sibling of 2; 5 is `Object`. */
const parentOf = [5, 0, 1, 2, 1, undefined] as const;
type ClassNumber = 0 | 1 | 2 | 3 | 4 | 5;

export interface SubscribeAction {
  readonly do: 'subscribe';
  readonly to: readonly ClassNumber[];
  readonly handler: number;
  readonly mode: 'sync' | 'async' | undefined;
  readonly priority: number;
  readonly filter: 'none' | 'even' | 'throwing';
  readonly once: boolean;
  readonly exact: boolean;
}

export type Action =
  | SubscribeAction
  | { readonly do: 'unsubscribe'; readonly subscription: number }
  | { readonly do: 'unsubscribe pair'; readonly from: ClassNumber; readonly handler: number }
  | { readonly do: 'publish' | 'publishSettled' | 'emit'; readonly event: 0 | 1 | 2 | 3 | 4 };

/** What a handler does when it is called, and how that ends. */
export interface HandlerScript {
  readonly isAsync: boolean;
  readonly actions: readonly Action[];
  readonly end: 'returns' | 'throws' | 'rejects later';
}

export interface Program {
  readonly inheritance: boolean;
  readonly maxDepth: number;
  readonly handlers: readonly HandlerScript[];
  readonly actions: readonly Action[];
}

/** All that can be seen from outside. */
export interface Story {
  /** Each call of a handler: `handler(class#serial)`. */
  readonly calls: string[];
  /** What each publish came to, in the order of the calls to publish. */
  readonly reports: string[][];
  /** The failures that no publisher got, in any order. */
  readonly lost: string[];
  /** The subscriptions in the end. */
  readonly subscribed: string[];
}

/** After so many calls handlers do nothing but end, so that every program does. */
export const enough = 60;

interface Event {
  readonly of: ClassNumber;
  readonly serial: number;
  readonly depth: number;
}

interface Subscription extends SubscribeAction {
  classes: ClassNumber[];
  active: boolean;
  readonly order: number;
}

class Cascade extends Error {}

export function modelOf({ inheritance, maxDepth, handlers, actions }: Program): Story {
  const story: Story = { calls: [], reports: [], lost: [], subscribed: [] };
  const subscriptions: Subscription[] = [];
  const handles: Subscription[] = [];
  const callsOf = handlers.map(() => 0);
  let current: Event | undefined;
  let queue: Event[] = [];
  let serial = 0;

  function play(action: Action): void {
    switch (action.do) {
      case 'subscribe':
        return subscribe(action);
      case 'unsubscribe': {
        const handle = handles[action.subscription % Math.max(handles.length, 1)];
        if (handle) handle.active = false;
        return;
      }
      case 'unsubscribe pair':
        for (const each of subscriptions) {
          if (!each.active || each.handler !== action.handler || !each.classes.includes(action.from)) continue;
          each.classes = each.classes.filter((eventClass) => eventClass !== action.from);
          if (each.classes.length === 0) each.active = false;
        }
        return;
      case 'emit': {
        const event = next(action.event);
        if (current) queue.push(event);
        else frame(event, story.lost);
        return;
      }
      case 'publish':
      case 'publishSettled': {
        const report: string[] = [];
        story.reports.push(report);
        try {
          report.push(...frame(next(action.event), []));
        } catch (error) {
          if (!(error instanceof Cascade)) throw error;
          report.push('cascade');
        }
      }
    }
  }

  function next(of: ClassNumber): Event {
    const event = { of, serial: serial++, depth: current ? current.depth + 1 : 0 };
    if (event.depth >= maxDepth) throw new Cascade();
    return event;
  }

  function subscribe(action: SubscribeAction): void {
    const present = subscriptions.filter(
      ({ active, handler, classes }) =>
        active && handler === action.handler && classes.some((each) => action.to.includes(each)),
    );
    if (present.length === 0) {
      const subscription = { ...action, classes: [...action.to], active: true, order: subscriptions.length };
      subscriptions.push(subscription);
      handles.push(subscription);
      return;
    }
    const [only] = present as [Subscription];
    const isSame =
      only.classes.length === action.to.length &&
      only.classes.every((each) => action.to.includes(each)) &&
      modeOf(only) === modeOf(action) &&
      (['priority', 'filter', 'once', 'exact'] as const).every((option) => only[option] === action[option]);
    if (isSame) handles.push(only);
    else story.calls.push('refused');
  }

  function modeOf({ mode, handler }: SubscribeAction): 'sync' | 'async' {
    return mode ?? (handlers[handler]?.isAsync ? 'async' : 'sync');
  }

  function wants(subscription: Subscription, event: Event): boolean {
    if (subscription.classes.includes(event.of)) return true;
    if (!inheritance || subscription.exact) return false;
    for (let at = parentOf[event.of]; at !== undefined; at = parentOf[at]) {
      if (subscription.classes.includes(at)) return true;
    }
    return false;
  }

  /** One event with all that its handlers emit. */
  function frame(event: Event, lost: string[]): string[] {
    const [outer, outerQueue] = [current, queue];
    queue = [];
    const report = dispatch(event, lost);
    for (let queued = queue.shift(); queued; queued = queue.shift()) dispatch(queued, story.lost);
    [current, queue] = [outer, outerQueue];
    return report;
  }

  function dispatch(event: Event, lost: string[]): string[] {
    current = event;
    const plan = subscriptions.filter((each) => each.active && wants(each, event));
    for (const mode of ['async', 'sync'] as const) {
      // Stable, so ties stay in the order of subscription.
      const ofMode = plan.filter((each) => modeOf(each) === mode).sort((one, other) => other.priority - one.priority);
      plan.splice(0, plan.length, ...ofMode, ...plan.filter((each) => modeOf(each) !== mode));
    }
    const called = new Set<number>();
    const report: string[] = [];
    for (const subscription of plan) {
      const outcome = deliver(subscription, event, called);
      report.push(outcome);
      if (outcome.startsWith('rejected')) lost.push(outcome);
    }
    return report;
  }

  function deliver(subscription: Subscription, event: Event, called: Set<number>): string {
    const { handler, filter, once } = subscription;
    if (!subscription.active || !wants(subscription, event)) return 'skipped: unsubscribed';
    if (called.has(handler)) return 'skipped: shadowed';
    if (filter === 'throwing' && event.serial % 3 === 0) return 'rejected: filter';
    if (filter === 'even' && event.serial % 2 === 1) return 'skipped: filter';
    called.add(handler);
    if (once) subscription.active = false;
    return call(handler, event);
  }

  function call(handler: number, event: Event): string {
    const script = handlers[handler] as HandlerScript;
    const count = (callsOf[handler] = (callsOf[handler] ?? 0) + 1);
    story.calls.push(`${handler}(${event.of}#${event.serial})`);
    if (story.calls.length < enough) {
      try {
        for (const action of script.actions) play(action);
      } catch (error) {
        if (!(error instanceof Cascade)) throw error;
        return 'rejected: cascade';
      }
    }
    return script.end === 'returns' ? 'fulfilled' : `rejected: ${handler}, call ${count}`;
  }

  for (const action of actions) play(action);
  for (const { active, handler, classes } of subscriptions) {
    if (active) story.subscribed.push(`${handler} to ${classes.join()}`);
  }
  return story;
}
