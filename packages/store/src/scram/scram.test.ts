import { createHash, createHmac } from 'node:crypto';
import type { BareJid } from '@rollcall/xmpp';
import { describe, expect, test } from 'vitest';
import { decoyVerifiers } from './decoy-verifiers.ts';
import { defaultIterations, deriveVerifiers } from './derive-verifiers.ts';
import { parseScramVerifiers } from './parse-verifiers.ts';
import { scramKeys } from './scram-keys.ts';
import type { ScramVerifiers } from './scram-verifiers.ts';
import { verifyPassword } from './verify-password.ts';

const few = { iterations: 4_096 };
const romeo = 'romeo@example.net' as BareJid;

async function derived(password: string): Promise<ScramVerifiers> {
  const verifiers = await deriveVerifiers(password, few);
  if (!verifiers.ok) throw new Error(verifiers.problem);
  return verifiers.value;
}

describe('the example exchanges', () => {
  const examples = [
    {
      section: 'RFC 5802 §5',
      hash: 'sha1',
      clientNonce: 'fyko+d2lbbFgONRv9qkxdawL',
      nonce: 'fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j',
      salt: 'QSXCR+Q6sek8bf92',
      proof: 'v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
      signature: 'rmF9pqV8S7suAoZWja4dJRkFsKQ=',
    },
    {
      section: 'RFC 7677 §3',
      hash: 'sha256',
      clientNonce: 'rOprNGfwEbeRWgbNEkqO',
      nonce: 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
      salt: 'W22ZaJ0SNY7soEsUEjb6gQ==',
      proof: 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
      signature: '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    },
  ] as const;

  test.each(examples)('of $section verify with the keys of "pencil"', async (example) => {
    const { hash, clientNonce, nonce, salt, proof, signature } = example;
    const keys = await scramKeys(hash, 'pencil', Buffer.from(salt, 'base64'), 4_096);
    const authMessage = `n=user,r=${clientNonce},r=${nonce},s=${salt},i=4096,c=biws,r=${nonce}`;
    const hmac = (key: Buffer) => createHmac(hash, key).update(authMessage).digest();
    const clientSignature = hmac(keys.storedKey);
    const clientKey = Buffer.from(proof, 'base64').map((byte, i) => byte ^ clientSignature[i]!);
    expect(createHash(hash).update(clientKey).digest()).toEqual(keys.storedKey);
    expect(hmac(keys.serverKey).toString('base64')).toBe(signature);
  });
});

describe('deriving verifiers', () => {
  test('gives both hashes, each with a salt of its own (XEP-0438 §6.2)', async () => {
    const { sha1, sha256 } = await derived('secret');
    expect(Buffer.from(sha1!.salt, 'base64')).toHaveLength(16);
    expect(Buffer.from(sha256!.salt, 'base64')).toHaveLength(16);
    expect(sha1!.salt).not.toBe(sha256!.salt);
    expect(sha1!.iterations).toBe(4_096);
    expect((await derived('secret')).sha256!.salt).not.toBe(sha256!.salt);
  });

  test('uses at least the 10,000 iterations of XEP-0438 §7 when not told otherwise', async () => {
    expect(defaultIterations).toBeGreaterThanOrEqual(10_000);
    const verifiers = await deriveVerifiers('secret');
    expect(verifiers).toMatchObject({ ok: true, value: { sha1: { iterations: 10_000 } } });
  });

  test.each([
    ['nothing', ''],
    ['nothing after SASLprep', '\u00AD'],
    ['a control character', 'pass\u0007word'],
    ['mixed writing directions (RFC 4013 §3)', '\u0627a'],
    ['more than 1,024 bytes', 'ä'.repeat(513)],
  ])('refuses %s without quoting it', async (_, password) => {
    const refused = await deriveVerifiers(password, few);
    expect(refused).toMatchObject({ ok: false });
    if (!refused.ok && password !== '') expect(refused.problem).not.toContain(password);
  });
});

describe('verifying a password', () => {
  test('accepts the right one and no other', async () => {
    const verifiers = await derived('correct horse');
    expect(await verifyPassword('correct horse', verifiers)).toBe(true);
    for (const wrong of ['Correct horse', 'correct horse ', 'correct', '', '\u0007'])
      expect(await verifyPassword(wrong, verifiers)).toBe(false);
  });

  test('compares what SASLprep makes of it (RFC 4013 §3)', async () => {
    const verifiers = await derived('I\u00ADX and \u00AA');
    expect(await verifyPassword('IX and a', verifiers)).toBe(true);
  });

  test('accepts an emoji, which SASLprep knows nothing of', async () => {
    const verifiers = await derived('🐎🔋');
    expect(await verifyPassword('🐎🔋', verifiers)).toBe(true);
    expect(await verifyPassword('🐎', verifiers)).toBe(false);
  });

  test('works with either hash alone', async () => {
    const { sha1, sha256 } = await derived('secret');
    expect(await verifyPassword('secret', { sha1: sha1! })).toBe(true);
    expect(await verifyPassword('secret', { sha256: sha256! })).toBe(true);
    expect(await verifyPassword('wrong', { sha1: sha1! })).toBe(false);
    expect(await verifyPassword('secret', {})).toBe(false);
  });
});

describe('decoys for users who do not exist', () => {
  test('look like the real ones', async () => {
    const decoy = decoyVerifiers(romeo, 'secret of the domain', few);
    expect(parseScramVerifiers(decoy)).toEqual({ ok: true, value: decoy });
    const shape = (verifiers: ScramVerifiers) =>
      [verifiers.sha1, verifiers.sha256].map((verifier) =>
        Object.entries(verifier!).map(([field, value]) => [field, String(value).length]),
      );
    expect(shape(decoy)).toEqual(shape(await derived('secret')));
  });

  test('stay the same for a user and a secret, and differ between users, secrets and hashes', () => {
    const decoy = decoyVerifiers(romeo, 's');
    expect(decoyVerifiers(romeo, 's')).toEqual(decoy);
    expect(decoyVerifiers('juliet@example.net' as BareJid, 's')).not.toEqual(decoy);
    expect(decoyVerifiers(romeo, 't')).not.toEqual(decoy);
    expect(decoy.sha1!.salt).not.toBe(decoy.sha256!.salt);
  });

  test('fit no password', async () => {
    const decoy = decoyVerifiers(romeo, 's', few);
    for (const guess of ['s', 'romeo', romeo, 'secret'])
      expect(await verifyPassword(guess, decoy)).toBe(false);
  });
});

describe('reading verifiers', () => {
  const key20 = Buffer.alloc(20, 1).toString('base64');
  const key32 = Buffer.alloc(32, 1).toString('base64');
  const sha1 = { salt: 'c2FsdA==', iterations: 4_096, storedKey: key20, serverKey: key20 };
  const sha256 = { ...sha1, storedKey: key32, serverKey: key32 };

  test('takes one hash or both, and ignores what it does not know', () => {
    expect(parseScramVerifiers({ sha1 })).toEqual({ ok: true, value: { sha1 } });
    expect(parseScramVerifiers({ sha1, sha256: { ...sha256, v: 2 }, sha512: 1 })).toEqual({
      ok: true,
      value: { sha1, sha256 },
    });
  });

  test.each([
    ['no object', 'sha1'],
    ['nothing', null],
    ['a list', [sha1]],
    ['no hash', {}],
    ['a hash that is no object', { sha1: 'x' }],
    ['an empty salt', { sha1: { ...sha1, salt: '' } }],
    ['a salt that is no base64', { sha1: { ...sha1, salt: '***' } }],
    ['no iterations', { sha1: { ...sha1, iterations: undefined } }],
    ['iterations as text', { sha1: { ...sha1, iterations: '4096' } }],
    ['a fraction of iterations', { sha1: { ...sha1, iterations: 0.5 } }],
    ['iterations without end', { sha1: { ...sha1, iterations: 1e12 } }],
    ['a key of the other hash', { sha256: { ...sha256, storedKey: key20 } }],
    ['a missing key', { sha256: { ...sha256, serverKey: undefined } }],
    ['one good hash and one bad', { sha1, sha256: sha1 }],
  ])('refuses %s', (_, input) => {
    const refused = parseScramVerifiers(input);
    expect(refused.ok).toBe(false);
    if (!refused.ok) expect(refused.problem).not.toContain(key20);
  });
});
