// The front-end over a gate and the accounts, wherever those are.

import type { EngineAdmin, SessionGate } from '@rollcall/cluster';
import { createFrontEnd, type FrontEnd } from '@rollcall/front-end';
import { decoySecret, type Data } from '@rollcall/gateway';
import type { Logger } from 'pino';
import type { Settings } from '../configuration/settings.ts';
import { composeAuthenticator } from './authenticator.ts';
import { certificateFor } from './certificate.ts';
import { accountRegistrar } from './registrar.ts';

export interface FrontEndParts {
  readonly settings: Settings;
  readonly gate: SessionGate;
  readonly admin: EngineAdmin;
  readonly data: Data;
  readonly log: Logger;
}

/** Rejects with `CertificateError`, `AuthenticationError` or `StoreError`. */
export async function composeFrontEnd(parts: FrontEndParts): Promise<FrontEnd> {
  const { settings, gate, admin, data, log } = parts;
  const { domain, cleartextAuth, registration, limits, timeouts, scramIterations } = settings;
  const { mechanisms } = settings.authentication;
  const { accounts, records } = data;
  const secret = await decoySecret(records);
  return createFrontEnd({
    gate,
    domains: domain,
    tls: await certificateFor(settings, Date.now()),
    authenticator: await composeAuthenticator({ settings, accounts, admin, decoySecret: secret }),
    decoySecret: secret,
    decoyIterations: scramIterations,
    cleartextAuth,
    ...(mechanisms === undefined ? {} : { mechanisms }),
    limits,
    timeouts,
    log,
    ...(registration ? { registrar: accountRegistrar({ admin, accounts, scramIterations }) } : {}),
  });
}
