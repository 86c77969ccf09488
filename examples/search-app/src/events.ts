import type { Airport, AirportChanges, Match } from './airport.js';

/** Somebody looks for airports. A text between slashes is a regular expression, any other is spelt as people spell. */
export class SearchRequested {
  constructor(readonly text: string) {}
}

/** The most similar airports come first. */
export class SearchCompleted {
  constructor(
    readonly text: string,
    readonly matches: readonly Match[],
    /** What the query took. */
    readonly milliseconds: number,
  ) {}
}

export class SearchFailed {
  constructor(
    readonly text: string,
    readonly problem: string,
  ) {}
}

/** Somebody wants to see all of an airport. */
export class AirportRequested {
  constructor(readonly id: number) {}
}

export class AirportFetched {
  constructor(readonly airport: Airport) {}
}

/** Somebody has edited an airport, and wants it saved. */
export class AirportEdited {
  constructor(
    readonly id: number,
    readonly changes: AirportChanges,
  ) {}
}

export class AirportSaved {
  constructor(readonly airport: Airport) {}
}

export class SaveFailed {
  constructor(
    readonly id: number,
    readonly problem: string,
  ) {}
}

/** Somebody draws a map. */
export class PositionsRequested {}

/** Longitude and latitude of all airports, in turn. */
export class PositionsFetched {
  constructor(readonly degrees: Float32Array) {}
}
