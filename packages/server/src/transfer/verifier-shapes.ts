// SCRAM verifiers in the shapes that other servers export, and in which Rollcall exports them itself.
//
// ejabberd: the fields of its `scram` record or SQL table, in base64, or the text `scram:…` of its older XML exports.
// Prosody: the fields of its accounts store: keys in hexadecimal, the salt as it is.

import { z } from 'zod';
import { parseScramVerifiers, type ScramHash, type ScramVerifiers } from '@rollcall/store';

const iterations = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);

const ejabberdFields = {
  /** ejabberd's names of the hash; without it, the length of the keys tells. */
  hash: z.enum(['sha', 'sha256']).optional(),
  storedkey: z.string(),
  serverkey: z.string(),
  salt: z.string(),
  iterationcount: iterations,
};

const prosodyFields = {
  stored_key: z.hex(),
  server_key: z.hex(),
  salt: z.string().min(1),
  iteration_count: iterations,
};

const ejabberdObject = z.strictObject(ejabberdFields);
const prosodyObject = z.strictObject(prosodyFields);
const ejabberdText = /^scram:(?:(sha256),)?([^,]+),([^,]+),([^,]+),(\d{1,9})$/;

const oneShape = z.union([ejabberdObject, prosodyObject, z.string().regex(ejabberdText)]);

/** One verifier, or a list with one for each hash. */
export const verifierShapes = z.union([oneShape, z.array(oneShape).min(1).max(2)], {
  error:
    'allowed are storedkey, serverkey, salt and iterationcount (ejabberd), or stored_key, server_key, salt and ' +
    'iteration_count (Prosody)',
});

/** The fields of the two shapes, where a line has them beside `jid` and not within `scram`. */
export const loneFields = z.object({ ...prosodyFields, ...ejabberdFields }).partial().shape;

type OneShape = z.output<typeof oneShape>;

/** What is wrong is the answer, and says no value. */
export function verifiersIn(
  shapes: z.output<typeof verifierShapes>,
): ReturnType<typeof parseScramVerifiers> {
  const verifiers: Partial<Record<ScramHash, unknown>> = {};
  for (const shape of Array.isArray(shapes) ? shapes : [shapes]) {
    const { hash, ...verifier } = normalized(shape);
    const keyBytes = Buffer.from(verifier.storedKey, 'base64').length;
    const fitting = hash ?? (keyBytes === 32 ? 'sha256' : 'sha1');
    if (verifiers[fitting] !== undefined)
      return { ok: false, problem: `there are two verifiers for ${fitting}` };
    verifiers[fitting] = verifier;
  }
  return parseScramVerifiers(verifiers);
}

function normalized(shape: OneShape) {
  if (typeof shape === 'string') {
    const [, hash, storedKey = '', serverKey = '', salt = '', count] =
      ejabberdText.exec(shape) ?? [];
    const known: ScramHash = hash === undefined ? 'sha1' : 'sha256';
    return { hash: known, storedKey, serverKey, salt, iterations: Number(count) };
  }
  if ('storedkey' in shape) {
    const { storedkey: storedKey, serverkey: serverKey, salt, iterationcount } = shape;
    return { hash: hashOf(shape.hash), storedKey, serverKey, salt, iterations: iterationcount };
  }
  const base64 = (text: string, encoding: 'hex' | 'utf8') =>
    Buffer.from(text, encoding).toString('base64');
  return {
    hash: undefined,
    storedKey: base64(shape.stored_key, 'hex'),
    serverKey: base64(shape.server_key, 'hex'),
    salt: base64(shape.salt, 'utf8'),
    iterations: shape.iteration_count,
  };
}

function hashOf(name: 'sha' | 'sha256' | undefined): ScramHash | undefined {
  return name === 'sha' ? 'sha1' : name;
}

/** ejabberd's shape, a verifier for each hash. */
export function verifiersOut(verifiers: ScramVerifiers) {
  const names = { sha1: 'sha', sha256: 'sha256' } as const;
  return (['sha1', 'sha256'] as const).flatMap((hash) => {
    const verifier = verifiers[hash];
    if (verifier === undefined) return [];
    const {
      storedKey: storedkey,
      serverKey: serverkey,
      salt,
      iterations: iterationcount,
    } = verifier;
    return [{ hash: names[hash], storedkey, serverkey, salt, iterationcount }];
  });
}
