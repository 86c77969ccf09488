/** A record of the database. */
export interface Airport {
  readonly id: number;
  readonly name: string;
  readonly city: string | null;
  readonly country: string;
  /** The three letters on a luggage tag; most airfields have none. */
  readonly iata: string | null;
  readonly icao: string | null;
  /** Feet above the sea. */
  readonly elevation: number;
  readonly latitude: number;
  readonly longitude: number;
}

/** What a list of results shows of one. */
export type Match = Pick<Airport, 'id' | 'name' | 'city' | 'country' | 'iata'>;

/** What can be edited. */
export type AirportChanges = Pick<Airport, 'name' | 'city' | 'elevation'>;
