import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../build/results');

/** What was measured so far on one runtime, line by line in a file: a run that was broken off goes on where it was. */
export class Journal {
  #places = new Set();

  /** @param path Without one nothing is kept. */
  constructor(head, path) {
    this.head = head;
    this.entries = [];
    this.path = path;
  }

  static open(head, { fresh = false } = {}) {
    const path = join(folder, `${head.runtime.replace(' ', '-')}-${head.build.id}.jsonl`);
    if (fresh) rmSync(path, { force: true });
    if (existsSync(path)) return Journal.read(path);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `${JSON.stringify(head)}\n`);
    return new Journal(head, path);
  }

  /** The journals of all runtimes on which this build was measured, Node before others, in the order of versions. */
  static all(build) {
    const names = readdirSync(folder).filter((name) => name.endsWith(`-${build.id}.jsonl`));
    const inOrder = (one, other) => other.split('-')[0].localeCompare(one.split('-')[0]) || one.localeCompare(other);
    return names.sort(inOrder).map((name) => Journal.read(join(folder, name)));
  }

  static read(path) {
    const [head, ...entries] = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const journal = new Journal(head, path);
    for (const entry of entries) journal.#note(entry);
    return journal;
  }

  has(place) {
    return this.#places.has(keyOf(place));
  }

  add(entry) {
    this.#note(entry);
    if (this.path) appendFileSync(this.path, `${JSON.stringify(entry)}\n`);
  }

  #note(entry) {
    this.#places.add(keyOf(entry));
    this.entries.push(entry);
  }
}

function keyOf({ case: caseId, entrant, round }) {
  return JSON.stringify([caseId, entrant, round]);
}
