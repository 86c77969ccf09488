import { collectUncaughtErrors } from '../support/uncaught-errors';
import { openOffice, useWorkers } from './office';

useWorkers();

describe('A worker that speaks past the protocol', () => {
  const errors = collectUncaughtErrors();

  it.each([
    'null',
    'undefined',
    'a text',
    'an unknown type',
    'what is emitted without an event',
    'what is published without an event',
    'a failure without a reason',
    'a failure with a reason of no kind',
    'a failure with a circular reason',
    'a failure without fields',
    'null, and goes on',
  ])('fails its delivery with what is wrong, and nothing else, by saying %s', async (what) => {
    const { ask } = openOffice({ module: 'forger' });
    const [[error], ...others] = await Promise.all([ask(what), ask('all is well'), ask('all is well')]);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(
      /^TypeError: Asked → forger\.worker\.mjs: the worker sent what is no message of a delivery\. Its module has to export default workerHandler/,
    );
    expect([others, errors]).toEqual([[[], []], []]);
  });

  it.each(['nothing', 'nothing, and its port is closed'])(
    'fails its delivery when it has served and says %s',
    async (what) => {
      const { ask } = openOffice({ module: 'forger', grace: 50 });
      const [[error], ...others] = await Promise.all([ask(what), ask('all is well')]);
      expect(String(error)).toMatch(/the worker does not say how its handler ended\. Its module has to export default/);
      expect([others, errors]).toEqual([[[]], []]);
    },
  );

  it.each(['all is well, twice', 'all is well, and null'])('is not heard after its outcome: %s', async (what) => {
    const { ask } = openOffice({ module: 'forger' });
    expect(await Promise.all([ask(what), ask('all is well')])).toEqual([[], []]);
    expect(errors).toEqual([]);
  });

  it('fails its delivery when it says that all is well, and does not answer as a handler does', async () => {
    const { ask } = openOffice({ module: 'forger' });
    const [error] = await ask('all is well, and another answer');
    expect(String(error)).toMatch(/the module does not export default workerHandler/);
    expect(errors).toEqual([]);
  });
});
