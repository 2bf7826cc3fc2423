import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { subscriptionStates } from '@rollcall/presence';
import { deriveVerifiers, parseScramVerifiers, verifyPassword } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import { formatUserLine, parseUserLine, type TransferredUser } from './user-line.ts';

function parsed(line: unknown): TransferredUser {
  const user = parseUserLine(JSON.stringify(line));
  if (!user.ok) throw new Error(user.problem);
  return user.value;
}

function problem(line: unknown): string {
  const user = parseUserLine(typeof line === 'string' ? line : JSON.stringify(line));
  return user.ok ? 'none' : user.problem;
}

describe('a line', () => {
  test('needs nothing but a JID, which is prepared', () => {
    expect(parsed({ jid: 'Alice@LOCALHOST' })).toEqual({ jid: 'alice@localhost', roster: [] });
  });

  test('has a password and a roster with all that an item can have', () => {
    const line = {
      jid: 'alice@localhost',
      password: 'secret',
      roster: [
        {
          jid: 'bob@localhost',
          subscription: 'both',
          ask: 'subscribe',
          name: 'Bob',
          groups: ['Friends', 'Friends'],
        },
      ],
    };
    expect(parsed(line)).toEqual({
      jid: 'alice@localhost',
      password: 'secret',
      roster: [{ jid: 'bob@localhost', state: 'Both', name: 'Bob', groups: ['Friends'] }],
    });
  });

  test.each([
    ['not json', 'this is not JSON'],
    [[], 'expected object'],
    [{}, 'jid: '],
    [{ jid: 'localhost' }, 'jid: an account has a name before the @'],
    [{ jid: 'a@b/c' }, 'jid: a bare JID has no resource'],
    [{ jid: 'a@b', passwrd: 'x' }, 'Unrecognized key: "passwrd"'],
    [{ jid: 'a@b', password: '' }, 'password: '],
    [{ jid: 'a@b', roster: [{ jid: 'c@b', subscription: 'bth' }] }, 'roster[0].subscription: '],
    [{ jid: 'a@b', roster: [{ jid: 'c@b' }, { jid: 'c@b' }] }, 'roster: c@b is there twice'],
    [{ jid: 'a@b', roster: [{ jid: 'A@b' }] }, 'roster: a@b is in the roster of its own'],
    [{ jid: 'a@b', scram: { storedkey: 'x' } }, 'scram: allowed are storedkey'],
    [{ jid: 'a@b', stored_key: 'ab' }, 'the fields of a SCRAM verifier are incomplete'],
  ])('%j is refused, with the place and the reason', (line, reason) => {
    expect(problem(line)).toContain(reason);
  });

  test('is refused without a word of its secrets', () => {
    const told = problem({ jid: 'a@b', password: 'hunter2', scram: { storedkey: 'hunter3' } });
    expect(told).not.toMatch(/hunter/);
  });
});

// As `prosodyctl register` of Prosody 0.12.3 wrote it for the password "secret".
const prosodyAccount = {
  stored_key: 'ca84c0e2c6d3e9a2e54d83be19ecd5c2683c96e3',
  salt: '0bbbddf5-4c88-437e-bccf-c1108e7c9a27',
  iteration_count: 10_000,
  server_key: '8eb20a70246b4509d49bf40871b65658a4116138',
};

describe('SCRAM verifiers', () => {
  test('of ejabberd are the fields of its scram record, in base64', async () => {
    const verifiers = await deriveVerifiers('secret', { iterations: 4096 });
    if (!verifiers.ok || !verifiers.value.sha1) throw new Error('no verifiers');
    const { storedKey, serverKey, salt, iterations } = verifiers.value.sha1;
    const fields = { storedkey: storedKey, serverkey: serverKey, salt, iterationcount: iterations };
    const expected = { sha1: verifiers.value.sha1 };
    expect(parsed({ jid: 'a@b', scram: fields }).verifiers).toEqual(expected);
    expect(parsed({ jid: 'a@b', ...fields }).verifiers).toEqual(expected);
    expect(parsed({ jid: 'a@b', scram: { hash: 'sha', ...fields } }).verifiers).toEqual(expected);
    const text = `scram:${storedKey},${serverKey},${salt},${iterations}`;
    expect(parsed({ jid: 'a@b', scram: text }).verifiers).toEqual(expected);
  });

  test('of 32 bytes are for SHA-256', async () => {
    const verifiers = await deriveVerifiers('secret', { iterations: 4096 });
    if (!verifiers.ok || !verifiers.value.sha256) throw new Error('no verifiers');
    const { storedKey, serverKey, salt, iterations } = verifiers.value.sha256;
    const expected = { sha256: verifiers.value.sha256 };
    const fields = { storedkey: storedKey, serverkey: serverKey, salt, iterationcount: iterations };
    expect(parsed({ jid: 'a@b', scram: fields }).verifiers).toEqual(expected);
    const text = `scram:sha256,${storedKey},${serverKey},${salt},${iterations}`;
    expect(parsed({ jid: 'a@b', scram: text }).verifiers).toEqual(expected);
  });

  test('of Prosody are the fields of its accounts store: keys in hexadecimal, the salt as it is', async () => {
    const { verifiers } = parsed({ jid: 'a@b', ...prosodyAccount });
    if (verifiers === undefined) throw new Error('no verifiers');
    expect(parsed({ jid: 'a@b', scram: prosodyAccount }).verifiers).toEqual(verifiers);
    expect(await verifyPassword('secret', verifiers)).toBe(true);
    expect(await verifyPassword('Secret', verifiers)).toBe(false);
  });

  test('beside a password are refused', () => {
    expect(problem({ jid: 'a@b', password: 'x', ...prosodyAccount })).toContain('password: ');
  });
});

test('an account without a verifier is printed without', () => {
  const user = { jid: 'a@b' as BareJid, verifiers: {}, roster: [] };
  expect(formatUserLine(user)).toBe('{"jid":"a@b","roster":[]}');
});

const verifier = (keyBytes: number) =>
  fc
    .record({
      salt: fc.uint8Array({ minLength: 1, maxLength: 32 }),
      iterations: fc.integer({ min: 1, max: 1_000_000 }),
      storedKey: fc.uint8Array({ minLength: keyBytes, maxLength: keyBytes }),
      serverKey: fc.uint8Array({ minLength: keyBytes, maxLength: keyBytes }),
    })
    .map(({ salt, iterations, storedKey, serverKey }) => {
      const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
      return {
        salt: base64(salt),
        iterations,
        storedKey: base64(storedKey),
        serverKey: base64(serverKey),
      };
    });

const users = fc.record(
  {
    jid: fc.constant('alice@localhost' as BareJid),
    verifiers: fc
      .record({ sha1: verifier(20), sha256: verifier(32) }, { requiredKeys: [] })
      .filter((verifiers) => parseScramVerifiers(verifiers).ok),
    roster: fc.uniqueArray(
      fc.record(
        {
          jid: fc.nat(999).map((number) => `contact${number}@example.org` as BareJid),
          state: fc.constantFrom(...subscriptionStates),
          name: fc.string({ unit: 'grapheme' }),
          groups: fc.uniqueArray(fc.string({ unit: 'grapheme' })),
        },
        { requiredKeys: ['jid', 'state', 'groups'] },
      ),
      { selector: ({ jid }) => jid },
    ),
  },
  { requiredKeys: ['jid', 'roster'] },
);

test('what is printed is read back to the same user', () => {
  fc.assert(
    fc.property(users, (user) => {
      expect(parseUserLine(formatUserLine(user as TransferredUser))).toEqual({
        ok: true,
        value: user,
      });
    }),
  );
});
