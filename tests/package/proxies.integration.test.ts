import { Consumer } from './consumer.js';

/** What a program keeps in a store of a page: each value is put there, and used as it comes back. */
const program = (imports: string, kept: string): string => `
  import assert from 'node:assert/strict';
  import { EventBus } from 'class-events';
  ${imports}
  const keep = ${kept};
  class OrderPlaced { id = 'o-1'; }
  const ran = [];
  const bus = keep(new EventBus());
  const subscription = keep(bus.subscribe(OrderPlaced, ({ id }) => ran.push(id)));
  const object = { handle: ({ id }) => ran.push(id) };
  const other = keep(bus.subscribe(OrderPlaced, object));
  const report = keep(await bus.publish(keep(new OrderPlaced())));
  assert.deepEqual(ran, ['o-1', 'o-1']);
  assert.deepEqual(report.deliveries.map(({ status }) => status), ['fulfilled', 'fulfilled']);
  assert.equal(report.unhandled, false);
  const stream = keep(bus.stream(OrderPlaced));
  bus.emit(new OrderPlaced());
  assert.equal((await stream.next()).value.id, 'o-1');
  await stream.return();
  subscription.unsubscribe();
  other.unsubscribe();
  assert.equal((await bus.publish(new OrderPlaced())).unhandled, true);
  assert.equal(ran.length, 4);
  await bus.close();
  console.log('all of it works');
`;

describe('the packed package, in the stores of others', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = new Consumer(['@vue/reactivity@3', 'mobx@6', 'immer@10']);
  });
  afterAll(() => consumer.remove());

  it.each([
    ['Vue, reactive', `import { reactive } from '@vue/reactivity';`, `(value) => reactive({ value }).value`],
    ['Vue, ref', `import { ref } from '@vue/reactivity';`, `(value) => ref(value).value`],
    ['Vue, readonly', `import { readonly } from '@vue/reactivity';`, `(value) => readonly({ value }).value`],
    ['MobX', `import { observable } from 'mobx';`, `(value) => observable({ value }).value`],
    ['immer', `import { produce } from 'immer';`, `(value) => produce({}, (draft) => { draft.value = value; }).value`],
    ['immer, in a draft', `import { createDraft } from 'immer';`, `(value) => createDraft({ value }).value`],
    ['a proxy without traps', '', `(value) => new Proxy(value, {})`],
  ])('%s: bus, subscriptions, reports, streams and events work', (_, imports, kept) => {
    consumer.write('store.mjs', program(imports, kept));
    expect(consumer.node('store.mjs')).toEqual({ status: 0, output: 'all of it works\n' });
  });
});
