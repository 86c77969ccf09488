import { Consumer } from './consumer.js';

const program = `
  const { EventBus, On } = await import('class-events');
  class OrderPlaced {}
  const bus = new EventBus();
  const ran = [];
  bus.subscribe(OrderPlaced, Object.freeze(function placed() { ran.push('function'); }));
  bus.subscribe(Object, async () => { ran.push('catch-all'); }, { timeout: 60_000 });
  const failed = bus.subscribe(OrderPlaced, () => { throw new Error('no stock'); }, { once: true });
  const error = await bus.publish(new OrderPlaced()).catch((thrown) => thrown);
  if (!error.message.includes('no stock')) throw error;
  // As the compilers of the legacy dialect call a decorator.
  class Receipts { send() { ran.push('method'); } }
  On(OrderPlaced)(Receipts.prototype, 'send', Object.getOwnPropertyDescriptor(Receipts.prototype, 'send'));
  bus.register(new Receipts());
  await bus.publish(new OrderPlaced());
  await bus.close();
  console.log(ran.join());
`;
const printed = 'function,catch-all,function,method,catch-all\n';

describe('the packed package, where the intrinsics are frozen', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = new Consumer(['ses@1']);
  });
  afterAll(() => consumer.remove());

  it('loads and works under --frozen-intrinsics', () => {
    consumer.write('frozen.mjs', program);
    const { status, output } = consumer.node('--frozen-intrinsics', '--no-warnings', 'frozen.mjs');
    expect(output).toBe(printed);
    expect(status).toBe(0);
  });

  it('loads and works after lockdown of SES', () => {
    consumer.write('ses.mjs', `import 'ses'; lockdown({ errorTaming: 'unsafe' }); ${program}`);
    const { status, output } = consumer.node('ses.mjs');
    expect(output).toBe(printed);
    expect(status).toBe(0);
  });

  it('loads and works where Symbol and Reflect alone are frozen', () => {
    consumer.write('partly.mjs', `Object.freeze(Symbol); Object.freeze(Reflect); ${program}`);
    expect(consumer.node('partly.mjs')).toEqual({ status: 0, output: printed });
  });

  it('loads and works without FinalizationRegistry and WeakRef', () => {
    consumer.write('without.mjs', `delete globalThis.FinalizationRegistry; delete globalThis.WeakRef; ${program}`);
    expect(consumer.node('without.mjs')).toEqual({ status: 0, output: printed });
  });
});
