import { describe, expect, it } from 'vitest';
import { startPlain } from './plain.ts';

describe('PLAIN (RFC 4616)', () => {
  it('asks whether name and password are right', () => {
    const step = startPlain('\0Alice\0pass word', 'localhost');
    expect(step).toMatchObject({
      kind: 'verdictWanted',
      credentials: { kind: 'password', user: 'alice@localhost', password: 'pass word' },
    });
  });

  it('lets in whom the authenticator names, and turns away with its reason', () => {
    const step = startPlain('\0alice\0pw', 'localhost');
    if (step.kind !== 'verdictWanted') throw new Error(step.kind);
    const { user } = step.credentials;
    expect(user && step.next({ ok: true, user })).toEqual({ kind: 'success', user });
    expect(step.next({ ok: false, condition: 'account-disabled' })).toEqual({
      kind: 'failure',
      condition: 'account-disabled',
    });
  });

  it('lets a user act for themselves only', () => {
    expect(startPlain('alice@localhost\0alice\0pw', 'localhost').kind).toBe('verdictWanted');
    expect(startPlain('bob@localhost\0alice\0pw', 'localhost')).toEqual({
      kind: 'failure',
      condition: 'invalid-authzid',
    });
  });

  it.each(['', 'alice', '\0alice', '\0alice\0', '\0\0pw', 'a\0b\0c\0d'])(
    'refuses the message %j',
    (message) => {
      expect(startPlain(message, 'localhost')).toMatchObject({ condition: 'malformed-request' });
    },
  );
});
