import { describe, expect, it } from 'vitest';
import { Accounts } from './accounts.ts';

const of = (users: string) => new Accounts({ domain: 'example.org', users, password: 'x' });

describe('accounts', () => {
  it.each(['u%d', 'load-%d-test', '%d', 'user%dx'])('of the pattern %s are read back', (users) => {
    const accounts = of(users);
    for (const user of [0, 7, 10_123]) {
      expect(accounts.userOf(accounts.jidOf(user))).toBe(user);
      expect(accounts.userOf(`${accounts.jidOf(user)}/bench`)).toBe(user);
    }
  });

  it('have names and addresses', () => {
    expect(of('u%d').nameOf(3)).toBe('u3');
    expect(of('u%d').jidOf(3)).toBe('u3@example.org');
  });

  it('are told from others', () => {
    for (const jid of ['example.org', 'bob@example.org', 'u@example.org', 'u3x@example.org', 'u3'])
      expect(of('u%d').userOf(jid)).toBeUndefined();
  });

  it('need a place for the number', () => {
    expect(() => of('user')).toThrow('%d');
    expect(() => of('%d%d')).toThrow('%d');
  });
});
