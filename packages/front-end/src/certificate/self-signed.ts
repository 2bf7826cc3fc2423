/**
 * A certificate for whoever has configured none: made once for the served domains and kept, so that clients which
 * remember it are not alarmed by every start.
 */
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { domainToASCII } from 'node:url';

/** Both as PEM text, as `tls` takes them. */
export interface KeyAndCertificate {
  /** PEM. */
  readonly key: string;
  /** PEM; several where there is a chain. */
  readonly cert: string;
}

/** For which names a certificate is made, and where it is kept. */
export interface SelfSignedOptions {
  readonly domains: readonly [string, ...string[]];
  /** Where it is kept; made if it is not there. */
  readonly directory: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

const dayMs = 86_400_000;
const validMs = 3650 * dayMs;
/** One that has less left than this is made anew. */
const renewBeforeMs = 30 * dayMs;

/** The kept certificate, or a new one where there is none that covers the domains. Rejects where it cannot be kept. */
export async function selfSignedCertificate(
  options: SelfSignedOptions,
): Promise<KeyAndCertificate> {
  const { domains, directory, nowMs } = options;
  const keyFile = join(directory, 'self-signed-key.pem');
  const certificateFile = join(directory, 'self-signed-certificate.pem');
  const kept = await readPair(keyFile, certificateFile);
  if (kept && fits(kept, domains, nowMs)) return kept;
  const made = await make(domains, nowMs);
  await mkdir(directory, { recursive: true });
  await replaceFile(keyFile, made.key, 0o600);
  await replaceFile(certificateFile, made.cert, 0o644);
  return made;
}

async function readPair(
  keyFile: string,
  certificateFile: string,
): Promise<KeyAndCertificate | undefined> {
  try {
    const [key, cert] = await Promise.all([
      readFile(keyFile, 'utf8'),
      readFile(certificateFile, 'utf8'),
    ]);
    return { key, cert };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function fits({ cert }: KeyAndCertificate, domains: readonly string[], nowMs: number): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const runsLong = Date.parse(certificate.validTo) - nowMs > renewBeforeMs;
    return runsLong && domains.every((domain) => certificate.checkHost(domainToASCII(domain)));
  } catch {
    // A damaged file is as good as none.
    return false;
  }
}

async function make(
  domains: readonly [string, ...string[]],
  nowMs: number,
): Promise<KeyAndCertificate> {
  // Loaded when one is made: it is a quarter of all modules, and most processes never make one.
  const { generate } = await import('selfsigned');
  const names = domains.map(domainToASCII);
  const { private: key, cert } = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - dayMs),
    notAfterDate: new Date(nowMs + validMs),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
    ],
  });
  return { key, cert };
}

/** Whole or not at all, whatever happens meanwhile. */
async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, text, { mode });
  await rename(draft, file);
}
