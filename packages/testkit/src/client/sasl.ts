// SASL from the client's side: PLAIN (RFC 4616) and SCRAM (RFC 5802, RFC 7677), checked down to the server's signature.

import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { text } from '../xml/element.ts';
import type { XmppConnection } from './xmpp-connection.ts';

export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-1' | 'SCRAM-SHA-256';

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

const saslNamespace = 'urn:ietf:params:xml:ns:xmpp-sasl';

/** Throws when the server refuses, or does not prove that it knows the password. */
export function authenticate(
  connection: XmppConnection,
  mechanism: SaslMechanism,
  credentials: Credentials,
): Promise<void> {
  return mechanism === 'PLAIN'
    ? plain(connection, credentials)
    : scram(connection, mechanism, credentials);
}

async function plain(connection: XmppConnection, { name, password }: Credentials): Promise<void> {
  sendAuth(connection, 'PLAIN', `\0${name}\0${password}`);
  await outcome(connection);
}

async function scram(
  connection: XmppConnection,
  mechanism: 'SCRAM-SHA-1' | 'SCRAM-SHA-256',
  { name, password }: Credentials,
): Promise<void> {
  const hash = mechanism === 'SCRAM-SHA-1' ? 'sha1' : 'sha256';
  const clientFirst = `n=${name.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${randomBytes(18).toString('base64')}`;
  sendAuth(connection, mechanism, `n,,${clientFirst}`);

  const serverFirst = await challenge(connection);
  const { r: nonce = '', s: salt = '', i: iterations = '' } = scramAttributes(serverFirst);
  const clientFinal = `c=${base64('n,,')},r=${nonce}`;
  const signed = `${clientFirst},${serverFirst},${clientFinal}`;

  const salted = pbkdf2Sync(
    password,
    Buffer.from(salt, 'base64'),
    Number(iterations),
    createHash(hash).digest().length,
    hash,
  );
  const hmac = (key: Buffer, data: string) => createHmac(hash, key).update(data).digest();
  const clientKey = hmac(salted, 'Client Key');
  const storedKey = createHash(hash).update(clientKey).digest();
  const signature = hmac(storedKey, signed);
  const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
  connection.send(
    `<response xmlns='${saslNamespace}'>${base64(`${clientFinal},p=${Buffer.from(proof).toString('base64')}`)}</response>`,
  );

  const { v: verifier } = scramAttributes(await outcome(connection));
  const expected = hmac(hmac(salted, 'Server Key'), signed).toString('base64');
  if (verifier !== expected)
    throw new Error(`the server's SCRAM signature is wrong: ${verifier ?? 'none'}`);
}

function sendAuth(connection: XmppConnection, mechanism: SaslMechanism, initial: string): void {
  connection.send(
    `<auth xmlns='${saslNamespace}' mechanism='${mechanism}'>${base64(initial)}</auth>`,
  );
}

async function challenge(connection: XmppConnection): Promise<string> {
  return saslAnswer(connection, 'challenge');
}

async function outcome(connection: XmppConnection): Promise<string> {
  return saslAnswer(connection, 'success');
}

async function saslAnswer(connection: XmppConnection, wanted: string): Promise<string> {
  const answer = await connection.expect((element) => element.ns === saslNamespace);
  if (answer.name !== wanted) {
    throw new Error(
      `SASL: ${answer.name} instead of ${wanted}\n\n${String(connection.transcript)}`,
    );
  }
  return Buffer.from(text(answer), 'base64').toString();
}

function scramAttributes(message: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    message.split(',').map((part) => [part.slice(0, 1), part.slice(2)] as const),
  );
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64');
}
