import type { OutboxDelivery } from 'class-events/outbox';
import { shop } from './cli-entries/shop.js';
import { command, json, openShop, shopDatabase, threeDead, until, withShopDatabase } from './shop-command.js';

withShopDatabase();

/** One that waits beside the three dead letters and their two followers. */
async function oneWaits(): Promise<void> {
  await threeDead();
  const { place, end } = shop(shopDatabase());
  await place('o-4');
  await end();
}

const places = async (...options: string[]): Promise<number[]> =>
  (await json<OutboxDelivery[]>('deliveries', ...options)).map(({ seq }) => seq);

describe('class-events outbox deliveries', () => {
  it('lists what is left with its state, and the time that matters in it', async () => {
    await oneWaits();
    const { code, output } = await command('deliveries');
    expect(code).toBe(0);
    expect(output.replaceAll(/[\dT:-]{19}Z/g, 'WHEN')).toBe(`mail.receipt
  1  order.placed v1  order:o-1  1 attempt  2 followers  died WHEN           RangeError: no mail for o-1
  2  order.placed v1  order:o-2  1 attempt               died WHEN           RangeError: no mail for o-2
  3  order.placed v1  order:o-1                          blocked since WHEN
  4  order.placed v1  order:o-1                          blocked since WHEN
  5  order.placed v1  order:o-3  1 attempt               died WHEN           RangeError: no mail for o-3
  6  order.placed v1  order:o-4                          waiting since WHEN
`);
  });

  it('lists those that match, as a value too', async () => {
    await oneWaits();
    const [waiting, ...others] = await json<OutboxDelivery[]>('deliveries', '--state', 'waiting');
    expect(others).toEqual([]);
    expect(waiting).toMatchObject({ id: `${waiting!.event}/mail.receipt`, seq: 6, state: 'waiting', key: 'order:o-4' });
    expect(await places('--id', waiting!.id)).toEqual([6]);
    expect(await places('--state', 'blocked')).toEqual([3, 4]);
    expect(await places('--key', 'order:o-1', '--limit', '2')).toEqual([1, 3]);
    expect(await places('--name', 'order.placed', '--from', '2001-01-01', '--to', '2002-01-01')).toEqual([]);
    expect((await command('deliveries', '--handler', 'nobody')).output).toBe('Nothing that is left matches.\n');
  });

  it('reads more than one page', async () => {
    const { place, end } = shop(shopDatabase());
    await place(...Array.from({ length: 250 }, (_, number) => `o-${number}`));
    await end();
    expect(await places()).toHaveLength(250);
    expect(await places('--limit', '201')).toHaveLength(201);
  });
});

describe('class-events outbox pause and resume', () => {
  it('pause a handler in the processes that run, and let it go on', async () => {
    const { place, delivered } = await openShop();
    expect((await command('pause', '--handler', 'mail.receipt')).output).toBe(
      'mail.receipt is paused until it is resumed.\n',
    );
    await place('o-1');
    expect((await command('status')).output).toMatch(/mail\.receipt +1 +0 +0 +[\d.]+ s +paused\n/);
    expect(delivered).toEqual([]);
    expect((await command('resume', '--handler', 'mail.receipt')).output).toBe('mail.receipt goes on.\n');
    await until(() => delivered.length === 1);
    expect(await json('resume', '--handler', 'mail.receipt')).toEqual({ handler: 'mail.receipt', wasPaused: false });
  });

  it('pause until a time, which the status shows', async () => {
    const end = '2099-01-01T06:00:00.000Z';
    expect(await json('pause', '--handler', 'mail.receipt', '--until', end)).toEqual({
      handler: 'mail.receipt',
      until: end,
    });
    expect((await command('status')).output).toContain(`paused until ${end}`);
    expect(await json('status')).toMatchObject({ handlers: [{ handler: 'mail.receipt', paused: { until: end } }] });
  });

  it.each<[string[], RegExp]>([
    [['pause'], /pause needs a durable handler: --handler ID\./],
    [['resume', '--handler', ''], /resume needs a durable handler: --handler ID\./],
    [['pause', '--handler', 'mail.receit'], /No handler has the durable id 'mail\.receit', and nothing waits for it/],
    [['pause', '--handler', 'mail.receipt', '--until', 'noon'], /--until takes a date like .*, not noon\./],
    [['pause', '--handler', 'mail.receipt', '--until', '2001-01-01'], /'until' must be a date that is to come/],
  ])('refuse %j', async ([name, ...options], problem) => {
    const { code, output, errors } = await command(name!, ...options);
    expect(errors).toMatch(problem);
    expect({ code, output }).toEqual({ code: 2, output: '' });
  });
});

describe('class-events outbox redrive and discard, with a state', () => {
  it('discard what is in it, and nothing else', async () => {
    await oneWaits();
    expect((await command('discard', '--state', 'blocked', '--key', 'order:o-1')).output).toBe(
      '2 deliveries given up.\n',
    );
    expect(await places()).toEqual([1, 2, 5, 6]);
    expect((await command('discard', '--state', 'waiting', '--all')).output).toBe('1 delivery given up.\n');
    expect(await places()).toEqual([1, 2, 5]);
    expect(await json('discard', '--state', 'any', '--handler', 'mail.receipt')).toEqual({ count: 3 });
    expect(await places()).toEqual([]);
  });

  it('redrive one by its id', async () => {
    await threeDead();
    const [letter] = await json<OutboxDelivery[]>('dead', '--key', 'order:o-2');
    expect(await json('redrive', '--id', letter!.id)).toEqual({ count: 1 });
    const { delivered } = await openShop();
    await until(() => delivered.length === 1);
    expect(delivered).toEqual(['o-2']);
  });

  it.each<[string[], RegExp]>([
    [['discard', '--state', 'waiting'], /discard without a filter means every waiting delivery\. Give .*--all/],
    [['discard', '--state', 'any', '--limit', '5'], /discard without a filter means every delivery\. Give .*--all/],
    [['discard', '--handler', ''], /The option 'handler' must be a string that is not empty/],
    [['discard', '--all', '--handler', 'mail.receipt'], /discard takes all: true or a criterion, not both/],
    [['redrive', '--state', 'waiting', '--all'], /--state takes one of dead, failing, any, not waiting\./],
    [['deliveries', '--state', 'late'], /--state takes one of waiting, failing, blocked, dead, not late\./],
    [['dead', '--from', 'yesterday'], /--from takes a date like .*, not yesterday\./],
    [['dead', '--id', 'mail.receipt'], /The option 'id' must be the id of a delivery/],
  ])('refuse what may mean more than it says, or nothing: %j', async ([name, ...options], problem) => {
    await threeDead();
    const { code, output, errors } = await command(name!, ...options);
    expect(errors).toMatch(problem);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(await places()).toHaveLength(5);
  });
});
