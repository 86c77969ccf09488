const itself = Symbol('itself');

/**
 * Lets a proxy of a bus find the bus, whose private fields it does not have. The property is fixed, so that a proxy of
 * any kind has to give its value as it is. Vue, which looks at the tag, makes no proxy of a bus.
 */
export function keepItself(bus: object): void {
  Object.defineProperties(bus, { [itself]: { value: bus }, [Symbol.toStringTag]: { value: 'EventBus' } });
}

/** Returns the bus, also for a proxy of it. @throws TypeError for a method that was called without its bus. */
export function busOf<B extends object>(bus: B): B {
  const found = (bus as { readonly [itself]?: B } | undefined)?.[itself];
  if (found) return found;
  throw new TypeError(
    'A method of EventBus has lost its bus. Call bus.publish(event), or pass (event) => bus.publish(event) on.',
  );
}
