// The key and certificate of the listeners: those that are configured, or one that signs itself.

import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { selfSignedCertificate, type KeyAndCertificate } from '@rollcall/front-end';
import type { Settings } from '../configuration/settings.ts';
import { fileFailure } from '../file-failure.ts';

class CertificateError extends Error {
  readonly code = 'certificate_unusable';
}

/** Rejects with `CertificateError`. */
export async function certificateFor(
  { tls, domain, data }: Pick<Settings, 'tls' | 'domain' | 'data'>,
  nowMs: number,
): Promise<KeyAndCertificate> {
  const [first, ...others] = domain;
  if (tls.certificate === undefined || tls.key === undefined || first === undefined)
    return selfSignedCertificate({ domains: [first ?? '', ...others], directory: data, nowMs });
  const pair = { cert: await pem(tls.certificate), key: await pem(tls.key) };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new CertificateError(
      `${tls.certificate} and ${tls.key} cannot be used for TLS: ${(error as Error).message}.`,
      { cause: error },
    );
  }
  return pair;
}

async function pem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CertificateError(`${file} cannot be read: ${fileFailure(error)}.`, { cause: error });
  }
}
