import type { ErasureResult } from 'class-events/outbox';
import { command, json, threeDead, withShopDatabase } from './shop-command.js';

withShopDatabase();

describe('class-events outbox erase', () => {
  it('erases the events of a key with what is kept because of them, and says how much', async () => {
    await threeDead();
    expect((await command('erase', '--key', 'order:o-1', '--dry-run')).output).toBe(
      '3 events, 3 deliveries, 0 scheduled events would be erased.\n',
    );
    const { code, output, errors } = await command('erase', '--key', 'order:o-1');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toBe('3 events, 3 deliveries, 0 scheduled events were erased.\n');
    const dead = (await command('dead')).output;
    expect(dead).toContain('order:o-2');
    expect(dead).not.toContain('o-1');
  });

  it('erases events by their data, as a value with --json', async () => {
    await threeDead();
    const erased = await json<ErasureResult>('erase', '--data', '{"orderId":"o-2"}');
    expect(erased).toEqual({ events: 1, deliveries: 1, scheduled: 0, busy: 0 });
  });

  it.each([
    [[], 'erase without a filter means every event. Give --key, --event or --data.'],
    [['--dry-run'], 'erase without a filter means every event.'],
    [['--data', 'customer=1'], '--data takes a JSON object, like {"customerId":"c-1"}.'],
    [['--event', 'o-1'], "The option 'event' must be the id of an event, a UUID"],
  ])('refuses %p, and erases nothing', async (options, message) => {
    await threeDead();
    const { code, errors } = await command('erase', ...options);
    expect(code).toBe(2);
    expect(errors).toContain(message);
    expect((await command('dead')).output).toContain('order:o-1');
  });
});
