import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { ScramExchange } from '../client/scram.ts';
import { verifiers } from './verifiers.ts';

it.each([
  ['SCRAM-SHA-1', 'sha', 'sha1'],
  ['SCRAM-SHA-256', 'sha256', 'sha256'],
] as const)('verifiers let the password in by %s (RFC 5802 §3)', (mechanism, hash, digest) => {
  const salt = Buffer.from('sixteen of bytes');
  const made = verifiers({ password: 'secret', salt, iterations: 4096 });
  const verifier = made.find((each) => each.hash === hash);
  const exchange = new ScramExchange(
    { mechanism, name: 'u1', password: 'secret', nonce: 'client' },
    new Map(),
  );
  const challenge = `r=clientserver,s=${verifier?.salt ?? ''},i=${verifier?.iterationcount ?? 0}`;
  const final = exchange.final(challenge);

  const signed = `${exchange.first().slice(3)},${challenge},c=biws,r=clientserver`;
  const storedKey = Buffer.from(verifier?.storedkey ?? '', 'base64');
  const signature = createHmac(digest, storedKey).update(signed).digest();
  const proof = Buffer.from(final.slice(final.indexOf('p=') + 2), 'base64');
  const clientKey = Buffer.from(proof.map((byte, index) => byte ^ (signature[index] ?? 0)));
  expect(createHash(digest).update(clientKey).digest()).toEqual(storedKey);

  const serverKey = Buffer.from(verifier?.serverkey ?? '', 'base64');
  const serverSignature = createHmac(digest, serverKey).update(signed).digest('base64');
  expect(exchange.proves(`v=${serverSignature}`)).toBe(true);
});
