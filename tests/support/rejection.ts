import { PublishError } from 'class-events';

/** What a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It did not reject.');
}

/** What a publish rejects with when handlers failed. */
export async function publishErrorOf(promise: Promise<unknown>): Promise<PublishError> {
  const error = await rejectionOf(promise);
  expect(error).toBeInstanceOf(PublishError);
  return error as PublishError;
}

/** What a call throws. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('It did not throw.');
}
