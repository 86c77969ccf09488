/**
 * How the tables of an outbox stand to this version of the package. Each step is named by its number and its subject.
 */
export interface SchemaSteps {
  /** The steps of this version that were taken; none where there are no tables. */
  readonly taken: readonly string[];
  /** The steps of this version that were not taken: it cannot work before `migrate`. */
  readonly missing: readonly string[];
  /** Steps that a newer version has taken. This version works on their tables. */
  readonly ahead: readonly string[];
}
