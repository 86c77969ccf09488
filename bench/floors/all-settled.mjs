import forLoop from './for-loop.mjs';

/** What one writes without a dispatcher to call handlers and to wait for all of them. */
export default {
  ...forLoop,
  name: 'Promise.allSettled(map)',
  failures: 'every one reported',
  report: 'each result',
  verbs: { call: 'yes' },
  create: () => ({
    ...forLoop.create(),
    call: (list, event) => Promise.allSettled(list.map((handler) => handler(event))),
  }),
};
