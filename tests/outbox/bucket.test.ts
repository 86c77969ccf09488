import { bucketCount, bucketOf } from 'class-events/outbox';
import { assert, property, string } from 'fast-check';

/** FNV-1a as its authors write it: http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): bigint {
  let hash = 0x811c9dc5n;
  for (const byte of Buffer.from(text, 'utf8')) hash = ((hash ^ BigInt(byte)) * 0x01000193n) % 2n ** 32n;
  return hash;
}

describe('the bucket of a key', () => {
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['b', 0xe70c2de5],
    ['foobar', 0xbf9cf968],
    ['chongo was here!\n', 0xd49930d5],
  ])('is that of the published hash of %j, for it is in rows that were written before', (key, hash) => {
    expect(bucketOf(key)).toBe(hash % 64);
  });

  it('is the same for every version of this package: no key may change its place', () => {
    expect(['order:o-1', 'order:o-2', 'kunde:äß€', '😀'].map(bucketOf)).toEqual([
      Number(fnv1a('order:o-1') % 64n),
      Number(fnv1a('order:o-2') % 64n),
      Number(fnv1a('kunde:äß€') % 64n),
      Number(fnv1a('😀') % 64n),
    ]);
    expect(bucketCount).toBe(64);
  });

  it('agrees with the definition of the hash for any text', () => {
    assert(property(string({ unit: 'binary' }), (key) => bucketOf(key) === Number(fnv1a(key) % 64n)));
  });
});
