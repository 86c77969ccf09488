import { Permanent } from 'class-events/outbox';

describe('Permanent', () => {
  it('carries the message of an error, and the error as its cause', () => {
    const cause = new RangeError('the customer has left');
    expect(new Permanent(cause)).toMatchObject({ name: 'Permanent', message: 'the customer has left', cause });
  });

  it('takes whatever was thrown, also what cannot be looked at', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(new Permanent(proxy).message).toBe('(unknown)');
    expect(new Permanent('gone').message).toBe('gone');
  });
});
