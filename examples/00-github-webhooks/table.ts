type Cell = string | number;

/** Rows as text: each column as wide as its widest cell, numbers to the right. */
export function table(rows: readonly (readonly Cell[])[]): string {
  const widthOf = (column: number): number => Math.max(...rows.map((row) => String(row[column]).length));
  const aligned = (cell: Cell, column: number): string =>
    typeof cell === 'number' ? String(cell).padStart(widthOf(column)) : cell.padEnd(widthOf(column));
  return rows.map((row) => `  ${row.map(aligned).join('  ')}`.trimEnd()).join('\n');
}
