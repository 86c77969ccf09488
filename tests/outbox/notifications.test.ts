import { Notifications } from '../../src/outbox/publishing/notifications.js';
import { Deferred } from '../support/deferred.js';

/** The notifications that were sent, by how many commits had been told of. */
function counting(notify: () => Promise<void> = () => Promise.resolve()) {
  let [commits, told] = [0, 0];
  const sent: number[] = [];
  const notifications = new Notifications(() => {
    sent.push(commits - told);
    told = commits;
    return notify();
  });
  const commit = (count: number): void => {
    for (let n = 0; n < count; n++) {
      commits++;
      notifications.add();
    }
  };
  return { notifications, commit, sent };
}

it('commits at one moment share a notification, which is sent at once', async () => {
  const { notifications, commit, sent } = counting();
  commit(100);
  await Promise.resolve();
  expect(sent).toEqual([100]);
  await notifications.settled(60_000);
  expect(sent).toEqual([100]);
});

it('commits while a notification is sent, and shortly after it, share the next one', async () => {
  const answer = new Deferred();
  const { notifications, commit, sent } = counting(() => answer.promise.then(() => undefined));
  commit(1);
  await Promise.resolve();
  commit(50);
  answer.resolve();
  await Promise.resolve();
  commit(50);
  await notifications.settled(60_000);
  expect(sent).toEqual([1, 100]);
});

it('a notification that fails is forgotten, and the next one is sent', async () => {
  let fails = true;
  const { notifications, commit, sent } = counting(() => (fails ? Promise.reject(new Error('no')) : Promise.resolve()));
  commit(1);
  await notifications.settled(60_000);
  fails = false;
  commit(1);
  await notifications.settled(60_000);
  expect(sent).toEqual([1, 1]);
});

it('a store that does not answer keeps nobody who waits for the last notification', async () => {
  const { notifications, commit } = counting(() => new Promise(() => undefined));
  commit(1);
  await notifications.settled(1);
});
