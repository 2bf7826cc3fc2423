// The files that a connection goes by: credentials, CA, certificate. What is wrong with them is said before NATS is asked.

import { readFileSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { credsAuthenticator } from '@nats-io/transport-node';
import type { Authenticator } from '@nats-io/transport-node';
import { NatsError } from './nats-error.ts';
import type { NatsOptions } from './options.ts';

/** Rejects with `NatsError` when a file cannot be read. */
export async function requireFiles({ credentialsFile, tls }: NatsOptions): Promise<void> {
  const files = { credentialsFile, ...tls };
  for (const [option, path] of Object.entries(files)) {
    if (path === undefined) continue;
    await access(path, constants.R_OK).catch((error: unknown) => {
      throw new NatsError('nats_misconfigured', `${option}: ${path} cannot be read.`, {
        cause: error,
      });
    });
  }
}

/** Reads the file at each connection: user JWTs expire, and are renewed where they are. */
export function authenticatorOf(credentialsFile: string): Authenticator {
  let last = readFileSync(credentialsFile);
  return credsAuthenticator(() => {
    try {
      last = readFileSync(credentialsFile);
    } catch {
      // It is being replaced: what was there is as good as any.
    }
    return last;
  });
}
