import { checkApplication } from './on-12/application.js';

it('the application that is booted on Nest 12 works on Nest 11', async () => {
  const checks = await checkApplication();
  expect(checks.length).toBeGreaterThan(5);
  for (const [statement, seen, expected] of checks) expect([statement, seen]).toEqual([statement, expected]);
});
