/** Several values for each key, in the order in which they came. */
export class MultiMap<K, V> {
  readonly #values = new Map<K, V[]>();

  static by<K, V>(values: Iterable<V>, keysOf: (value: V) => Iterable<K>): MultiMap<K, V> {
    const map = new MultiMap<K, V>();
    for (const value of values) for (const key of keysOf(value)) map.add(key, value);
    return map;
  }

  add(key: K, value: V): void {
    const values = this.#values.get(key);
    if (values) values.push(value);
    else this.#values.set(key, [value]);
  }

  get(key: K): readonly V[] {
    return this.#values.get(key) ?? [];
  }

  has(key: K): boolean {
    return this.#values.has(key);
  }

  keys(): readonly K[] {
    return [...this.#values.keys()];
  }

  entries(): Iterable<[K, readonly V[]]> {
    return this.#values.entries();
  }
}
