/** A table in markdown. The first column is text, the others are numbers unless their heads are in `texts`. */
export function table(heads, rows, texts = []) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = heads.map((head, index) => (index === 0 || texts.includes(head) ? '---' : '---:'));
  return [line(heads), line(rule), ...rows.map(line)].join('\n');
}

/** Three digits, and no more than are there. */
export function short(number) {
  if (Math.abs(number) >= 1000) return Math.round(number).toLocaleString('en').replaceAll(',', ' ');
  return Number(number.toPrecision(3)).toString();
}

/** Median and quartiles. */
export function shortSpread({ median, low, high }, unit = '') {
  const noise = short(low) === short(high) ? '' : ` (${short(low)}–${short(high)})`;
  return `${short(median)}${unit}${noise}`;
}
