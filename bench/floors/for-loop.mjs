/** The least that any dispatcher can cost: whoever publishes holds the list of functions. */
export default {
  name: 'for loop',
  keys: 'the list itself',
  isolates: false,
  failures: 'thrown at the publisher',
  report: 'none',
  verbs: { call: 'no' },
  routes: 'base classes',
  types: (count) =>
    'declare function subscribe<E>(eventClass: new (id: string) => E, handler: (event: E) => void): void;\n' +
    Array.from({ length: count }, (_, index) => `subscribe(Event${index}, (event) => void event.n${index});\n`).join(
      '',
    ),
  create() {
    const lists = new Map();
    return {
      // One list for a class with its base classes: who writes a loop knows what belongs into it.
      keyOf(eventClass) {
        const root = rootOf(eventClass);
        if (!lists.has(root)) lists.set(root, []);
        return lists.get(root);
      },
      subscribe: (list, handler) => list.push(handler),
      unsubscribe: (_, list, handler) => list.splice(list.indexOf(handler), 1),
      call(list, event) {
        for (let index = 0; index < list.length; index++) list[index](event);
      },
    };
  },
};

function rootOf(eventClass) {
  const base = Object.getPrototypeOf(eventClass);
  return base === Function.prototype ? eventClass : rootOf(base);
}
