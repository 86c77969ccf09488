import { runChild } from '../support/child-process.js';

describe('a process in which somebody waits', () => {
  it('a process ends by itself: waitFor and stream hold nothing that keeps it running', async () => {
    const { code, stdout, stderr } = await runChild('exits-while-waiting.ts');
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'idle\nended\n', stderr: '' });
  });
});
