/**
 * Reads verifiers from JSON: our own records, and what other servers export.
 */
import type { Parsed } from '@rollcall/xmpp';
import { hashBytes } from './scram-keys.ts';
import type { ScramHash, ScramVerifier, ScramVerifiers } from './scram-verifiers.ts';

/** More would keep a thread busy for seconds at each PLAIN login. */
const maxIterations = 10_000_000;
const maxSaltBytes = 1_024;

/** Checks every field; unknown ones are ignored. The problem names the field and never quotes its value. */
export function parseScramVerifiers(input: unknown): Parsed<ScramVerifiers> {
  if (!isObject(input)) return problem('the verifiers are no object');
  const verifiers: Partial<Record<ScramHash, ScramVerifier>> = {};
  for (const hash of ['sha1', 'sha256'] as const) {
    if (input[hash] === undefined) continue;
    const verifier = parseVerifier(hash, input[hash]);
    if (!verifier.ok) return verifier;
    verifiers[hash] = verifier.value;
  }
  if (!verifiers.sha1 && !verifiers.sha256) return problem('there is neither sha1 nor sha256');
  return { ok: true, value: verifiers };
}

function parseVerifier(hash: ScramHash, input: unknown): Parsed<ScramVerifier> {
  if (!isObject(input)) return problem(`${hash} is no object`);
  const { salt, iterations, storedKey, serverKey } = input;
  const isKey = (value: unknown) => base64Bytes(value) === hashBytes[hash];
  if (base64Bytes(salt) < 1 || base64Bytes(salt) > maxSaltBytes)
    return problem(`${hash}.salt is not base64 of 1 to ${maxSaltBytes} bytes`);
  if (!Number.isInteger(iterations) || Number(iterations) < 1 || Number(iterations) > maxIterations)
    return problem(`${hash}.iterations is not a number from 1 to ${maxIterations}`);
  if (!isKey(storedKey))
    return problem(`${hash}.storedKey is not base64 of ${hashBytes[hash]} bytes`);
  if (!isKey(serverKey))
    return problem(`${hash}.serverKey is not base64 of ${hashBytes[hash]} bytes`);
  return {
    ok: true,
    value: { salt, iterations, storedKey, serverKey } as ScramVerifier,
  };
}

/** How many bytes a text of canonical base64 stands for; -1 for anything else. */
function base64Bytes(value: unknown): number {
  if (typeof value !== 'string') return -1;
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value ? bytes.length : -1;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problem(text: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: text };
}
