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

  /** Returns a statement with the schema's name for `"S"`. */
  in(text: string): string {
    let statement = this.#texts.get(text);
    if (statement === undefined) this.#texts.set(text, (statement = text.replaceAll('"S"', `"${this.name}"`)));
    return statement;
  }
}
