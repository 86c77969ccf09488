// Publishes GitHub's webhooks as events, and proves that none got lost: what the handlers have done is compared with
// what was published. A loss makes it exit with 1.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventBus, type EventClass, HandlerFailed, UnhandledEvent } from 'class-events';
import { SingleBar } from 'cli-progress';
import { type Account, routes, statement } from './accounts.js';
import { Digest } from './digest.js';
import { eventClasses, eventOf, GitHubEvent, NewsEvent, OtherWebhook, WorkflowRunEvent } from './github-events.js';
import { Statistics } from './statistics.js';
import { webhooks } from './webhooks.js';

const bus = new EventBus();
const statistics = new Statistics();
await using digest = await Digest.inTemporaryFolder();
const unhandled: object[] = [];
const failures: HandlerFailed[] = [];
let workflowRuns = 0;

bus.register(statistics);
bus.subscribe(NewsEvent, digest);
bus.subscribe(WorkflowRunEvent, async function callForHelp(event) {
  workflowRuns += 1;
  await nextTurn();
  // On purpose: it fails for one payload, and the other handlers of that event do not notice.
  if (event.needsSomebody) throw new Error(`nobody is on call for ${event.repository}`);
});
bus.subscribe(UnhandledEvent, function noteUnhandled({ event }) {
  unhandled.push(event);
});
bus.subscribe(HandlerFailed, function noteFailure(failure) {
  failures.push(failure);
});

const events = webhooks.flatMap(({ name, examples }) => examples.map((payload) => eventOf(name, payload)));
const bar = new SingleBar({ format: '{bar} {value} of {total}', stream: process.stdout, clearOnComplete: true });
if (process.stdout.isTTY) bar.start(events.length, 0);
let handled = 0;
for (const event of events) {
  const report = await bus.publishSettled(event); // does not reject when a handler fails
  if (!report.unhandled) handled += 1;
  bar.increment();
}
bar.stop();

const news = await digest.lines();
const published = (eventClass: EventClass): number => events.filter((event) => event instanceof eventClass).length;
const failing = events.filter((event) => event instanceof WorkflowRunEvent && event.needsSomebody).length;
const accounts: Account[] = [
  { handler: 'Statistics.count', eventClass: GitHubEvent, expected: published(GitHubEvent), ran: statistics.counted },
  { handler: 'Statistics.rank', eventClass: GitHubEvent, expected: published(GitHubEvent), ran: statistics.ranked },
  { handler: 'Digest.handle', eventClass: NewsEvent, expected: published(NewsEvent), ran: news.length },
  { handler: 'callForHelp', eventClass: WorkflowRunEvent, expected: published(WorkflowRunEvent), ran: workflowRuns },
  { handler: 'noteUnhandled', eventClass: UnhandledEvent, expected: published(OtherWebhook), ran: unhandled.length },
  { handler: 'noteFailure', eventClass: HandlerFailed, expected: failing, ran: failures.length },
];

const payloads = webhooks.reduce((total, { examples }) => total + examples.length, 0);
console.log(`${payloads} GitHub webhooks of ${webhooks.length} kinds, each published as an event\n`);
console.log(routes(bus, new Map([...eventClasses.values(), OtherWebhook].map((each) => [each, published(each)]))));
console.log(`\n${statement(bus, accounts)}\n`);
for (const { subscription, error } of failures) console.log(`${subscription.name} failed on purpose: ${String(error)}`);
console.log(statistics.summary);
console.log(`The digest ends with: ${news.at(-1)}`);

const lost = payloads !== handled + unhandled.length || accounts.some(({ expected, ran }) => expected !== ran);
console.log(
  `\n${lost ? 'SOMETHING GOT LOST' : 'Nothing got lost'}: ${payloads} published, ${handled} handled, ${unhandled.length} unhandled`,
);
if (lost) process.exitCode = 1;
await bus.close();
