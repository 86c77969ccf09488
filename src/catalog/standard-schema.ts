/**
 * What a schema found wrong, as the schema library says it.
 *
 * @example
 * ```ts
 * const where = (issue: SchemaIssue): string => (issue.path ?? []).map(String).join('.');
 * ```
 */
export interface SchemaIssue {
  readonly message: string;
  /** From the data to what is wrong with it. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * What a schema says about a value: what it makes of it, or what is wrong.
 *
 * @example
 * ```ts
 * const fits = (result: SchemaResult<unknown>): boolean => result.issues === undefined;
 * ```
 */
export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/**
 * A schema of any library that follows https://standardschema.dev: zod, valibot, arktype and others.
 * `Input` is what is written, `Output` is what is read. `jsonSchema` is
 * https://standardschema.dev/json-schema, which not all of them have.
 *
 * @example
 * ```ts
 * const schema: StandardSchema<{ orderId: string }> = z.object({ orderId: z.string() });
 * ```
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    /** Asks the schema, now or later. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema?:
      | {
          /** The schema of what is written, as JSON Schema. */
          readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>;
        }
      | undefined;
  };
}

export function isStandardSchema(value: unknown): value is StandardSchema {
  // Those of arktype are functions.
  return typeof (value as Partial<StandardSchema> | null)?.['~standard']?.validate === 'function';
}
