import { EventBus } from 'class-events';
import { describeWiring, type Wiring } from 'class-events/wiring';
import * as fc from 'fast-check';

/** Names as nobody should give them, made of what means something in one of the formats. */
export const awkwardName = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        "'",
        '<',
        '>',
        '&',
        '&lt;',
        '|',
        '\\',
        '\\N',
        '\\n',
        '\n',
        '\r',
        '\u2028',
        '\0',
        '`',
        '#',
        '#quot;',
      ),
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '(',
        ')',
        '%%',
        ';',
        '-->',
        ']]>',
        '</script>',
        '<!--',
        '${x}',
        '\u202e',
        '\u001b[31m',
      ),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('\ud800', '\udc00'),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''))
  .filter((name) => name !== '');

/** The wiring of a class and its subclass with one handler each. */
export function wiringOf(base: string, subclass: string, handler: string, file: string): Wiring {
  const Base = { [base]: class {} }[base]!;
  const Subclass = { [subclass]: class extends Base {} }[subclass]!;
  const bus = new EventBus({ name: handler });
  const locate = (): { file: string; line: number; column: number } => ({ file, line: 1, column: 1 });
  bus.subscribe(Base, () => {}, { name: handler });
  bus.subscribe(Subclass, async () => {}, { name: `${handler} too` });
  return describeWiring(bus, { locate });
}

/** A name as the text formats show it: what would break a line is spelt out. */
export function spelt(name: string): string {
  return name.replaceAll(
    /\p{Cc}|\p{Cs}|[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
