import { isThenable, textOf } from '../core/index.js';
import { EventDataError } from './catalog-errors.js';
import { kindOf } from './quoted.js';
import type { SchemaIssue, StandardSchema } from './standard-schema.js';

/** One event on its way to its data or from it: calls the functions of the catalog, and says which of them failed. */
export class Conversion {
  readonly #subject: string;
  readonly #name: string;
  readonly #version: number;

  constructor(subject: string, name: string, version: number) {
    this.#subject = subject;
    this.#name = name;
    this.#version = version;
  }

  /** Returns the result of a function of the catalog. @throws EventDataError when it threw or returned a promise. */
  call(name: string, work: () => unknown): unknown {
    const result = this.#attempt(name, work);
    if (!isThenable(result)) return result;
    // It has failed of being a promise. Its rejection would end the process besides.
    Promise.resolve(result).catch(() => undefined);
    throw this.error(`${name} returned a promise. It has to be sync.`);
  }

  /** Returns the data that a function of the catalog returned. @throws EventDataError where there is none. */
  data(name: string, work: () => unknown): unknown {
    const data = this.call(name, work);
    if (data !== undefined) return data;
    throw this.error(`${name} returned nothing. It has to return the data.`);
  }

  /**
   * Returns the schema's output, or a promise for it if the schema is async.
   *
   * @param form Before "its data does not fit": the form in which the schema was asked, if it is not the data itself.
   */
  validate(schema: StandardSchema, data: unknown, form = ''): unknown {
    const result = this.#attempt('the schema', () => schema['~standard'].validate(data));
    if (!isThenable(result)) return this.#outputOf(result, form);
    return Promise.resolve(result).then(
      (late) => this.#outputOf(late, form),
      (cause: unknown) => {
        throw this.#thrownError('the schema', cause);
      },
    );
  }

  /** @throws EventDataError for issues, and for what is no answer. */
  #outputOf(answer: unknown, form: string): unknown {
    const { issues, value, hasValue } = this.#attempt('the answer of the schema', () => {
      const result = Object(answer) as { readonly issues?: unknown; readonly value?: unknown };
      return { issues: result.issues, value: result.value, hasValue: 'value' in result };
    });
    if (Array.isArray(issues)) {
      throw this.error(`${form}its data does not fit the schema.`, { issues: issues as readonly SchemaIssue[] });
    }
    if (!issues && hasValue) return value;
    const found = issues ? `issues that are ${kindOf(issues)}` : kindOf(answer);
    throw this.error(`the schema answered ${found}. It has to answer { value }, or { issues } with a list.`);
  }

  /** The beginning of each of its messages. */
  get about(): string {
    return `${this.#subject}: `;
  }

  error(problem: string, details?: ConstructorParameters<typeof EventDataError>[3]): EventDataError {
    return new EventDataError(`${this.about}${problem}`, this.#name, this.#version, details);
  }

  #attempt<T>(name: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw this.#thrownError(name, cause);
    }
  }

  #thrownError(name: string, cause: unknown): EventDataError {
    return this.error(`${name} threw ${textOf(cause)}`, { cause });
  }
}
