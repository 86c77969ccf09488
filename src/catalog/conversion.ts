import { isThenable, textOf } from '../core/index.js';
import { EventDataError } from './catalog-errors.js';
import type { StandardSchema } from './standard-schema.js';

/** One event on its way to its data or from it: calls the functions of the catalog, and says which of them failed. */
export class Conversion {
  readonly #what: string;
  readonly #name: string;
  readonly #version: number;

  constructor(what: string, name: string, version: number) {
    this.#what = what;
    this.#name = name;
    this.#version = version;
  }

  /** What a function returned. @throws EventDataError when it threw or returned a promise. */
  call(name: string, work: () => unknown): unknown {
    const result = this.#attempt(name, work);
    if (!isThenable(result)) return result;
    throw this.failed(`${name} returned a promise. It has to be sync.`);
  }

  /** What a function returned as data. */
  data(name: string, work: () => unknown): unknown {
    const data = this.call(name, work);
    if (data !== undefined) return data;
    throw this.failed(`${name} returned nothing. It has to return the data.`);
  }

  /** The schema's output, or a promise for it if the schema is async. */
  validated(schema: StandardSchema, data: unknown): unknown {
    type Result = Awaited<ReturnType<StandardSchema['~standard']['validate']>>;
    const outputOf = (result: Result): unknown => {
      if (!result.issues) return result.value;
      throw this.failed('its data does not fit the schema.', { issues: result.issues });
    };
    const result = this.#attempt('the schema', () => schema['~standard'].validate(data));
    if (!isThenable(result)) return outputOf(result);
    return Promise.resolve(result).then(outputOf, (cause: unknown) => {
      throw this.#threw('the schema', cause);
    });
  }

  failed(problem: string, details?: ConstructorParameters<typeof EventDataError>[3]): EventDataError {
    return new EventDataError(`${this.#what}: ${problem}`, this.#name, this.#version, details);
  }

  #attempt<T>(name: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw this.#threw(name, cause);
    }
  }

  #threw(name: string, cause: unknown): EventDataError {
    return this.failed(`${name} threw ${textOf(cause)}`, { cause });
  }
}
