import { runChild } from '../../support/child-process.js';

it('a bus that is closed lets the process exit', async () => {
  expect(await runChild('exits-when-closed.ts')).toEqual({
    code: 0,
    signal: null,
    stdout: 'closed, BusClosedError, {"value":{},"done":false}\nCloseTimeoutError\n',
    stderr: '',
  });
});
