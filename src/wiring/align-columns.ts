/** Returns the rows as lines with columns of one width. The first column is flush right because it holds numbers. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => lengthOf(row[column]!))));
  const pad = (cell: string, column: number): string => {
    const space = ' '.repeat(widths[column]! - lengthOf(cell));
    return column === 0 ? space + cell : cell + space;
  };
  return rows.map((row) =>
    row
      .map(pad)
      .filter((_, column) => widths[column]! > 0)
      .join('  ')
      .trimEnd(),
  );
}

/** Returns the length in characters, not in code units. */
function lengthOf(cell: string): number {
  return Array.from(cell).length;
}
