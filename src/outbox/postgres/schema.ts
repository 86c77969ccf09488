/** The schema that the tables are in. */
export class Schema {
  readonly name: string;
  readonly #texts = new Map<string, string>();

  /** @throws TypeError for a name that would have to be escaped. */
  constructor(name: string) {
    if (!/^[a-z_][a-z0-9_]{0,50}$/.test(name)) {
      throw new TypeError(`The schema's name must be lower-case letters, digits and underscores, not '${name}'.`);
    }
    this.name = name;
  }

  /** A statement with `"S"` in place of the schema. */
  in(text: string): string {
    let own = this.#texts.get(text);
    if (own === undefined) this.#texts.set(text, (own = text.replaceAll('"S"', `"${this.name}"`)));
    return own;
  }
}
