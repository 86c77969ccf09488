import { attemptText } from '../../src/core/index.js';

const attempt = { id: 'e-1/mail.receipt', number: 3, of: 12, nextAt: undefined, isDead: false };

describe('the text of a failed attempt', () => {
  it('has the time of the next one', () => {
    const nextAt = new Date('2026-12-01T10:00:00Z');
    expect(attemptText({ ...attempt, nextAt })).toBe(' (attempt 3 of 12, the next one at 2026-12-01T10:00:00.000Z)');
  });

  it('says that there is none for a dead letter', () => {
    expect(attemptText({ ...attempt, number: 12, isDead: true })).toBe(' (attempt 12 of 12, a dead letter now)');
  });

  it('claims no time that is not known', () => {
    expect(attemptText(attempt)).toBe(' (attempt 3 of 12)');
  });
});
