/** A contender takes part once with each of its verbs, `emit` and `emitAsync` for instance. */
export function entrantsOf(contender) {
  const verbs = Object.entries(contender.verbs);
  return verbs.map(([verb, waiting], index) => ({
    id: verbs.length > 1 ? `${contender.name} ${verb}` : contender.name,
    contender,
    verb,
    waiting,
    // For what does not depend on the verb: subscribing, memory, size.
    first: index === 0,
  }));
}

/** What it does not do of all that the others do. */
export function givesUp({ contender, waiting }) {
  const missing = [
    !contender.isolates && 'isolation',
    waiting !== 'yes' && 'waiting',
    !byClass(contender) && 'class keys',
    contender.keys === 'class' && 'base classes',
    contender.isolates && contender.failures !== 'every one reported' && 'failures',
    contender.report === 'none' && 'report',
  ].filter(Boolean);
  return missing.length > 0 ? missing.join(', ') : 'nothing';
}

/** Whether two entrants promise alike: isolation, waiting, and what an event is known by. */
export function alike(one, other) {
  return (
    one.contender.isolates === other.contender.isolates &&
    (one.waiting === 'yes') === (other.waiting === 'yes') &&
    byClass(one.contender) === byClass(other.contender)
  );
}

function byClass({ keys }) {
  return keys.startsWith('class');
}
