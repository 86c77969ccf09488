import { postgres } from 'class-events/outbox/postgres';

const store = postgres({ connect: jest.fn(), on: jest.fn() });
const refusal = 'a NUL character or half of a surrogate pair, which PostgreSQL cannot store';

it.each([
  ['an accent and a whole surrogate pair', 'é \ud83d\ude00', undefined],
  ['a backslash before the digits of an escape', '\\u0000', undefined],
  ['a NUL character', 'o-\0', refusal],
  ['a NUL character after a backslash', 'o-\\\0', refusal],
  ['the first half of a surrogate pair', 'o-\ud83d', refusal],
  ['the second half of a surrogate pair', 'o-\ude00', refusal],
])('a text with %s is stored, or refused with the reason', (_, text, part) => {
  expect(store.unstorablePart(JSON.stringify({ text }))).toBe(part);
});
