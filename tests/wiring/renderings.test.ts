import { EventBus } from 'class-events';
import { describeWiring, toJson, toMermaid, toTable } from 'class-events/wiring';
import * as fc from 'fast-check';
import { awkwardName, spelt, wiringOf } from './names.js';
import { wiring } from './shop.js';

describe('the table', () => {
  it('has a block for each event class, and its handlers in their order', () => {
    expect(toTable(wiring)).toBe(`DomainEvent
  1  sync  journal  transactional, durable journal

OrderPlaced extends DomainEvent
  1  sync   reserve        priority 10, filter
  2  sync   journal        by DomainEvent, transactional, durable journal
  3  async  Receipts.send  timeout 2000 ms

OrderShipped extends DomainEvent
  1  sync  journal  by DomainEvent, transactional, durable journal

Refund
  nobody
`);
  });

  it('the table of a bus without subscribers says so', () => {
    expect(toTable(describeWiring(new EventBus({ name: 'quiet' })))).toBe('Nobody is subscribed on quiet.\n');
  });

  it('keeps each handler on one line, whatever its name is', () => {
    fc.assert(
      fc.property(awkwardName, awkwardName, awkwardName, (base, handler, file) => {
        const table = toTable(wiringOf(base, 'Subclass', handler, file));
        expect(table.split('\n').filter((line) => /^ +\d+ {2}a?sync/.test(line))).toHaveLength(3);
        expect(table).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e]/u);
        expect(table).not.toMatch(/\p{Cs}/u);
      }),
    );
  });
});

describe('the JSON', () => {
  it('gives an equal wiring back, whatever the names are', () => {
    fc.assert(
      fc.property(awkwardName, awkwardName, awkwardName, (base, handler, file) => {
        const wiring = wiringOf(base, 'Subclass', handler, file);
        expect(JSON.parse(toJson(wiring))).toEqual(wiring);
      }),
    );
  });
});

describe('the Mermaid flowchart', () => {
  it('draws each pair of class and handler once, and inherited handlers at the base class', () => {
    expect(toMermaid(wiring)).toBe(`flowchart LR
  event0["DomainEvent"]
  event1["OrderPlaced"]
  event2["OrderShipped"]
  event3["Refund"]
  handler0(["reserve<br/>sync, priority 10, filter"])
  handler1(["Receipts.send<br/>async, timeout 2000 ms"])
  handler2(["journal<br/>sync, transactional, durable journal"])
  event0 -.-> event1
  event0 -.-> event2
  event1 ==> handler0
  event1 ==> handler1
  event0 ==> handler2
`);
  });

  it('gives names as numbered entities, but for letters and digits', () => {
    fc.assert(
      fc.property(awkwardName, (name) => {
        const [, , label = ''] =
          /^ {2}(handler0)\(\["([\p{L}\p{N} .,#;]*)<br\/>sync"\]\)$/mu.exec(
            toMermaid(wiringOf('Base', 'Subclass', name, 'file.ts')),
          ) ?? [];
        const read = label.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
        expect(read).toBe(spelt(name));
      }),
    );
  });
});
