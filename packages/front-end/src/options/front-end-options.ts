/** What a front-end is made of. */
import type { SecureContextOptions } from 'node:tls';
import type { SessionGate } from '@rollcall/cluster';
import { systemTimers, type Timers } from '@rollcall/store';
import { parseDomain } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Authenticator } from '../authentication/authenticator.ts';
import { mechanismsOf } from '../authentication/offered-mechanisms.ts';
import { FrontEndError } from '../front-end-error.ts';
import type { SaslMechanism } from '../sasl/mechanism.ts';
import type { Registrar } from '../service/registrar.ts';
import {
  limitsSchema,
  timeoutsSchema,
  type FrontEndLimits,
  type FrontEndTimeouts,
} from './limits.ts';

/** What `createFrontEnd` takes. */
export interface FrontEndOptions {
  /** The way to the cluster, or to the engine in this process. It stays the caller's to close. */
  readonly gate: SessionGate;
  readonly authenticator: Authenticator;
  /** At least one; the first signs errors to clients that named none. */
  readonly domains: readonly string[];
  /** Key and certificate for STARTTLS and direct TLS. Without it, only streams that are secure already can log in. */
  readonly tls?: SecureContextOptions;
  /** Opens in-band registration (XEP-0077). */
  readonly registrar?: Registrar;
  /** Credentials without TLS from anywhere; without it, from loopback only. */
  readonly cleartextAuth?: boolean;
  /** Of those that the authenticator can carry. Default all. */
  readonly mechanisms?: readonly SaslMechanism[];
  /** Makes decoys for unknown users: the same on all nodes and over restarts. Default random. */
  readonly decoySecret?: string | Uint8Array;
  /** PBKDF2 iterations of new accounts, so that decoys look alike. */
  readonly decoyIterations?: number;
  /** Namespaces beyond those of edge and engine that the server answers for in service discovery. */
  readonly features?: readonly string[];
  /** Entities beside the server, for service discovery. */
  readonly items?: () => readonly string[];
  readonly limits?: z.input<typeof limitsSchema>;
  readonly timeouts?: z.input<typeof timeoutsSchema>;
  readonly log: Logger;
  readonly timers?: Timers;
}

export interface CheckedOptions extends FrontEndOptions {
  readonly domains: readonly [string, ...string[]];
  readonly limits: FrontEndLimits;
  readonly timeouts: FrontEndTimeouts;
  readonly timers: Timers;
}

/** Fills in what was left out. Throws `front_end_misconfigured` where it cannot be as it is. */
export function checkOptions(options: FrontEndOptions): CheckedOptions {
  const [first, ...others] = options.domains.map(preparedDomain);
  if (first === undefined) throw misconfigured('at least one domain must be served');
  const { authenticator, mechanisms } = options;
  if (mechanisms && mechanismsOf(authenticator, mechanisms).length === 0)
    throw misconfigured(`the authenticator carries no ${mechanisms.join(', ')}; name another`);
  return {
    ...options,
    domains: [first, ...others],
    limits: checked(limitsSchema, options.limits),
    timeouts: checked(timeoutsSchema, options.timeouts),
    timers: options.timers ?? systemTimers,
  };
}

function checked<T>(schema: z.ZodType<T>, given: unknown = {}): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw misconfigured(problems.join('; '));
}

function preparedDomain(text: string): string {
  const domain = parseDomain(text);
  if (!domain.ok) throw misconfigured(`'${text}' is not a domain: ${domain.problem}`);
  return domain.value;
}

function misconfigured(problem: string): FrontEndError {
  return new FrontEndError('front_end_misconfigured', `The front-end's options: ${problem}.`);
}
