/** What somebody who is shown an error reads of it. */
export const problemOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
