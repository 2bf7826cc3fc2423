// Why there is no connection, as a sentence on what to do.

import { errors } from '@nats-io/nats-core';
import { greetingOf } from './greeting.ts';
import { NatsError } from './nats-error.ts';
import type { NatsOptions } from './options.ts';

/** The client says nothing of servers that hang up on its certificate: it tries again until its time is up. */
export class ConnectTimeout extends Error {}

export async function connectFailure(error: unknown, options: NatsOptions): Promise<NatsError> {
  if (!(error instanceof ConnectTimeout)) return failureFor(error, options);
  const greetings = await Promise.all(options.urls.map((url) => greetingOf(url)));
  if (!greetings.some((greeting) => greeting?.tls_verify === true))
    return failureFor(error, options);
  const advice =
    'it wants a client certificate that a CA of its own has signed; give certFile and keyFile.';
  return tlsFailure(advice, error, options);
}

function failureFor(error: unknown, options: NatsOptions): NatsError {
  const { urls, credentialsFile } = options;
  if (error instanceof NatsError) return error;
  const servers = urls.join(', ');
  const cause = { cause: error };
  if (isRefusal(error)) {
    const sentence = `NATS at ${servers} refused the credentials; check the user, token or credentials file.`;
    return new NatsError('nats_unauthorized', sentence, cause);
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (
    credentialsFile !== undefined &&
    /parse credentials|bad (seed|encoding)|checksum/i.test(reason)
  ) {
    const sentence = `credentialsFile: ${credentialsFile} is not a credentials file with JWT and seed, as "nsc generate creds" prints it.`;
    return new NatsError('nats_misconfigured', sentence, cause);
  }
  const tlsAdvice = adviceOnTls(error, reason);
  if (tlsAdvice !== undefined) return tlsFailure(tlsAdvice, error, options);
  return new NatsError(
    'nats_unreachable',
    `No NATS server answers at ${servers}; start one (for instance: nats-server -js) or check the URLs.`,
    cause,
  );
}

function tlsFailure(advice: string, cause: unknown, { urls }: NatsOptions): NatsError {
  return new NatsError('nats_tls', `No TLS with NATS at ${urls.join(', ')}: ${advice}`, { cause });
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof errors.AuthorizationError ||
    error instanceof errors.UserAuthenticationExpiredError
  );
}

/** Node's codes: those of OpenSSL's verification have no prefix in common. */
const unknownCa =
  /^(UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|(DEPTH_ZERO_)?SELF_SIGNED_CERT(_IN_CHAIN)?)$/;

function adviceOnTls(error: unknown, reason: string): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (unknownCa.test(code))
    return `its certificate comes from a CA that is not known here (${reason}); name that CA in caFile.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `its certificate is for another name (${reason}); use a URL with a name or address that is in it.`;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `${reason}; give the server a certificate that is valid now.`;
  if (/does not support 'tls'|is not available on this server/.test(reason))
    return `it does not offer any; give it a certificate, or use nats:// without caFile, certFile and keyFile.`;
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('ERR_OSSL_'))
    return `${reason}; check caFile, certFile and keyFile.`;
  return undefined;
}
