import { describe } from '../core/index.js';
import type { Upcasters } from './event-definition.js';

/** From the data of an older version to that of the current one, step by step. */
export class UpcastChain {
  /** The versions that can be read, oldest first; the last is the current one. */
  readonly versions: readonly number[];
  readonly #steps: Upcasters;

  /** @throws TypeError for a gap, and for what is no step. */
  constructor(steps: Upcasters, version: number) {
    const known = Object.keys(steps).map((from) => assertStep(from, steps, version));
    const oldest = Math.min(version, ...known);
    const versions = [oldest];
    for (let from = oldest; from < version; from++) {
      if (!Object.hasOwn(steps, from))
        throw new TypeError(
          `'upcast' has a gap: it leads from ${oldest} to ${from}, and no further. Add the step ${from}, from version ${from} to ${from + 1}.`,
        );
      versions.push(from + 1);
    }
    this.versions = versions;
    this.#steps = { ...steps };
  }

  /** The steps from a version on. */
  *from(version: number): Generator<readonly [from: number, upcast: (data: unknown) => unknown]> {
    for (const from of this.versions.slice(0, -1)) if (from >= version) yield [from, this.#steps[from]!];
  }
}

function assertStep(key: string, steps: Upcasters, version: number): number {
  const from = Number(key);
  if (String(from) !== key || !Number.isInteger(from) || from < 1) {
    throw new TypeError(`'upcast' has the key '${key}', which is no version. Its keys are whole numbers from 1 on.`);
  }
  if (from >= version) {
    throw new TypeError(
      `'upcast' has a step from version ${from}, and the current version is ${version}. Raise 'version', or drop the step.`,
    );
  }
  if (typeof steps[from] !== 'function') {
    throw new TypeError(`The step ${from} of 'upcast' must be a function, not ${describe(steps[from])}.`);
  }
  return from;
}
