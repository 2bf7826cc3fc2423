import { describe, expect, it } from 'vitest';
import { ScramExchange } from './scram.ts';

const conversations = [
  {
    // RFC 5802 §5
    mechanism: 'SCRAM-SHA-1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    challenge: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    final: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    outcome: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    // RFC 7677 §3
    mechanism: 'SCRAM-SHA-256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    challenge:
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    final:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,' +
      'p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    outcome: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const;

describe.each(conversations)('$mechanism', ({ mechanism, nonce, challenge, final, outcome }) => {
  const begin = () =>
    new ScramExchange({ mechanism, name: 'user', password: 'pencil', nonce }, new Map());

  it("speaks as in the RFC's example", () => {
    const exchange = begin();
    expect(exchange.first()).toBe(`n,,n=user,r=${nonce}`);
    expect(exchange.final(challenge)).toBe(final);
    expect(exchange.proves(outcome)).toBe(true);
  });

  it('believes no other signature', () => {
    const exchange = begin();
    expect(exchange.proves('v=')).toBe(false);
    exchange.final(challenge);
    expect(exchange.proves('v=AAAA')).toBe(false);
    expect(exchange.proves('')).toBe(false);
  });

  it('salts a password once for all who share it', () => {
    const salted = new Map<string, Buffer>();
    for (const name of ['user', 'other']) {
      const exchange = new ScramExchange({ mechanism, name, password: 'pencil', nonce }, salted);
      exchange.final(challenge);
    }
    expect(salted.size).toBe(1);
  });
});
