/** Returns a count with its noun: `1 finding`, `12 000 deliveries`. */
export function countText(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en').replaceAll(',', ' ')} ${count === 1 ? singular : plural}`;
}
