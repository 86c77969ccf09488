/** The median, and the quartiles for the noise: one round in four may lie below, one above. */
export function spread(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)];
    return below + (sorted[Math.ceil(place)] - below) * (place % 1);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** The quotient of two spreads, as wide as both of them allow. */
export function quotient(one, other) {
  return { median: one.median / other.median, low: one.low / other.high, high: one.high / other.low };
}
