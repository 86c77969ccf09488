/** One statement for what many ask at about the same time: while one runs, what comes meanwhile gathers for the next. */
export class Batcher<Item, Answer> {
  readonly #ask: (items: readonly Item[]) => Promise<readonly Answer[]>;
  #waiting: { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];
  #isAsking = false;

  constructor(ask: (items: readonly Item[]) => Promise<readonly Answer[]>) {
    this.#ask = ask;
  }

  /** Rejects as the statement does that the item was part of. */
  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      // From a microtask on, so that what is asked in one go is in one statement.
      if (!this.#isAsking) queueMicrotask(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#waiting.length > 0) {
      const asked = this.#waiting.splice(0);
      try {
        const answers = await this.#ask(asked.map(({ item }) => item));
        asked.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.#isAsking = false;
  }
}
