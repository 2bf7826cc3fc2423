import type { ScramHash } from '@rollcall/store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scramClient, verifierOf } from '../../test/scram-client.ts';
import type { SaslStep } from './sasl-step.ts';
import { startScram, type ScramOptions } from './scram.ts';

const options: ScramOptions = {
  hash: 'sha1',
  domain: 'localhost',
  plus: false,
  nonce: 'servernonce',
};
const channelBinding = { type: 'tls-exporter', data: Buffer.from('exported key') } as const;

/** Goes through an exchange; `answers` are given to challenges in turn. */
function exchange(
  first: string,
  given: Partial<ScramOptions>,
  password: string,
  answer: (challenge: string) => string,
): SaslStep {
  const hash: ScramHash = given.hash ?? 'sha1';
  const asked = startScram(first, { ...options, ...given });
  if (asked.kind !== 'verifierWanted') return asked;
  const challenged = asked.next(verifierOf(password, hash));
  if (challenged.kind !== 'challenge') return challenged;
  return challenged.next(answer(challenged.data));
}

describe('the example of RFC 5802 §5', () => {
  it('gives the challenge and the signature that are printed there', () => {
    const asked = startScram('n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL', {
      ...options,
      nonce: '3rfcNHYJY1ZVvWVs7j',
    });
    if (asked.kind !== 'verifierWanted') throw new Error(asked.kind);
    expect(asked.user).toBe('user@localhost');
    const challenged = asked.next(verifierOf('pencil', 'sha1'));
    if (challenged.kind !== 'challenge') throw new Error(challenged.kind);
    expect(challenged.data).toBe(
      'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    );
    const end = challenged.next(
      'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    );
    expect(end).toEqual({
      kind: 'success',
      user: 'user@localhost',
      data: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
    });
  });
});

describe('the example of RFC 7677 §3', () => {
  it('gives the challenge and the signature that are printed there', () => {
    const asked = startScram('n,,n=user,r=rOprNGfwEbeRWgbNEkqO', {
      ...options,
      hash: 'sha256',
      nonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    });
    if (asked.kind !== 'verifierWanted') throw new Error(asked.kind);
    const challenged = asked.next(verifierOf('pencil', 'sha256', 'W22ZaJ0SNY7soEsUEjb6gQ=='));
    if (challenged.kind !== 'challenge') throw new Error(challenged.kind);
    const end = challenged.next(
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    );
    expect(end).toEqual({
      kind: 'success',
      user: 'user@localhost',
      data: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    });
  });
});

describe('SCRAM', () => {
  it('lets in whoever has the password, and proves that the server has the verifier', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
        fc.constantFrom<ScramHash>('sha1', 'sha256'),
        (password, hash) => {
          const client = scramClient({ name: 'alice', password, hash });
          let expected = '';
          const end = exchange(client.first, { hash }, password, (challenge) => {
            expected = client.expected(challenge);
            return client.final(challenge);
          });
          expect(end).toEqual({ kind: 'success', user: 'alice@localhost', data: expected });
        },
      ),
      { numRuns: 10 },
    );
  });

  it('turns away a wrong password with not-authorized', () => {
    const client = scramClient({ name: 'alice', password: 'wrong', hash: 'sha256' });
    const end = exchange(client.first, { hash: 'sha256' }, 'right', (c) => client.final(c));
    expect(end).toEqual({ kind: 'failure', condition: 'not-authorized' });
  });

  it('reads names with =2C and =3D, folded as localparts are', () => {
    const step = startScram('n,,n=A=2Cb=3Dc,r=x', options);
    expect(step).toMatchObject({ kind: 'verifierWanted', user: 'a,b=c@localhost' });
  });

  it('lets a user act for themselves only (RFC 6120 §6.3.8)', () => {
    const self = startScram('n,a=alice@localhost,n=alice,r=x', options);
    expect(self).toMatchObject({ kind: 'verifierWanted' });
    const other = startScram('n,a=bob@localhost,n=alice,r=x', options);
    expect(other).toEqual({ kind: 'failure', condition: 'invalid-authzid' });
  });

  it('says not-authorized, not more, to a name that no user can have', () => {
    expect(startScram('n,,n=a b,r=x', options)).toEqual({
      kind: 'failure',
      condition: 'not-authorized',
    });
  });

  it.each([
    ['nothing at all', ''],
    ['no gs2 header', 'n=user,r=x'],
    ['a mandatory extension (§5.1)', 'n,,m=what,n=user,r=x'],
    ['no nonce', 'n,,n=user'],
    ['an empty name', 'n,,n=,r=x'],
    ['a stray = in the name (§5.1)', 'n,,n=a=b,r=x'],
    ['a nonce that does not print', 'n,,n=user,r=a b'],
  ])('refuses a first message with %s', (_, message) => {
    expect(startScram(message, options)).toMatchObject({
      kind: 'failure',
      condition: 'malformed-request',
    });
  });

  it('refuses a final message for another nonce or another header', () => {
    const client = scramClient({ name: 'alice', password: 'pw', hash: 'sha1' });
    const nonceChanged = exchange(client.first, {}, 'pw', (c) =>
      client.final(c).replace('servernonce', 'othernonce'),
    );
    expect(nonceChanged).toEqual({ kind: 'failure', condition: 'not-authorized' });
    const headerChanged = exchange(client.first, {}, 'pw', (c) =>
      client.final(c).replace('c=biws', `c=${Buffer.from('y,,').toString('base64')}`),
    );
    expect(headerChanged).toEqual({ kind: 'failure', condition: 'not-authorized' });
  });

  it('never throws, whatever a client writes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (first, final) => {
        const end = exchange(first, {}, 'pw', () => final);
        expect(end.kind).not.toBe('success');
        expect(exchange('n,,n=user,r=x', {}, 'pw', () => final).kind).toBe('failure');
      }),
      { numRuns: 50 },
    );
  });
});

describe('channel binding (RFC 5802 §6)', () => {
  const bindingClient = scramClient({
    name: 'alice',
    password: 'pw',
    hash: 'sha256',
    gs2Header: 'p=tls-exporter,,',
    bindingData: channelBinding.data,
  });

  it('lets in a client on the same connection', () => {
    const given = { hash: 'sha256', plus: true, channelBindings: [channelBinding] } as const;
    const end = exchange(bindingClient.first, given, 'pw', (c) => bindingClient.final(c));
    expect(end.kind).toBe('success');
  });

  it('lets in a client on the same connection of older TLS (RFC 5929 §3)', () => {
    const finished = { type: 'tls-unique', data: Buffer.from('finished message') } as const;
    const client = scramClient({
      name: 'alice',
      password: 'pw',
      hash: 'sha256',
      gs2Header: 'p=tls-unique,,',
      bindingData: finished.data,
    });
    const given = {
      hash: 'sha256',
      plus: true,
      channelBindings: [finished],
    } as const;
    expect(exchange(client.first, given, 'pw', (c) => client.final(c)).kind).toBe('success');
  });

  it('turns away a client on another connection', () => {
    const data = Buffer.from('another connection');
    const given = {
      hash: 'sha256',
      plus: true,
      channelBindings: [{ ...channelBinding, data }],
    } as const;
    const end = exchange(bindingClient.first, given, 'pw', (c) => bindingClient.final(c));
    expect(end).toEqual({ kind: 'failure', condition: 'not-authorized' });
  });

  it.each([
    ['a client that was told there is none, though there is', 'y,,n=u,r=x', false],
    ['binding without -PLUS', 'p=tls-exporter,,n=u,r=x', false],
    ['-PLUS without binding', 'n,,n=u,r=x', true],
    ['a type that there is not', 'p=tls-unique,,n=u,r=x', true],
  ])('refuses %s', (_, first, plus) => {
    const step = startScram(first, { ...options, plus, channelBindings: [channelBinding] });
    expect(step).toMatchObject({ kind: 'failure', condition: 'malformed-request', misfit: true });
  });
});
