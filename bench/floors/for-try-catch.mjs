import forLoop from './for-loop.mjs';

/** The least that a dispatcher can cost in which no handler stops another. */
export default {
  ...forLoop,
  name: 'for loop with try/catch',
  isolates: true,
  failures: 'every one reported',
  create() {
    let failures = [];
    return {
      ...forLoop.create(),
      call(list, event) {
        for (let index = 0; index < list.length; index++) {
          try {
            list[index](event);
          } catch (error) {
            failures.push(error);
          }
        }
        if (failures.length > 0) failures = [];
      },
    };
  },
};
