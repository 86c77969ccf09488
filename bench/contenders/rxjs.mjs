import { filter, Subject } from 'rxjs';

export default {
  name: 'RxJS Subject + instanceof',
  keys: 'class and base classes',
  isolates: true,
  failures: 'end the process',
  report: 'none',
  verbs: { next: 'no' },
  bundle: { entry: 'rxjs', imports: 'filter, Subject' },
  routes: 'base classes',
  offers: ['filter'],
  types: (count) =>
    `import { filter, Subject } from 'rxjs';\nconst events = new Subject<object>();\n` +
    Array.from(
      { length: count },
      (_, index) =>
        `events.pipe(filter((event) => event instanceof Event${index})).subscribe((event) => void event.n${index});\n`,
    ).join(''),
  create() {
    const events = new Subject();
    return {
      keyOf: (eventClass) => eventClass,
      subscribe: (eventClass, handler, options) =>
        events
          .pipe(filter((event) => event instanceof eventClass && (!options?.filter || options.filter(event))))
          .subscribe(handler),
      unsubscribe: (subscription) => subscription.unsubscribe(),
      next: (_, event) => events.next(event),
    };
  },
};
