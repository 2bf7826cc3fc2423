import { saslMechanisms, type SaslMechanism } from '../sasl/mechanism.ts';
import type { Authenticator } from './authenticator.ts';

/** The allowed mechanisms that the authenticator can carry, strongest first. */
export function mechanismsOf(
  authenticator: Authenticator,
  allowed: readonly SaslMechanism[] = saslMechanisms,
): readonly SaslMechanism[] {
  return saslMechanisms.filter(
    (mechanism) => allowed.includes(mechanism) && carries(authenticator, mechanism),
  );
}

function carries(authenticator: Authenticator, mechanism: SaslMechanism): boolean {
  switch (mechanism) {
    case 'PLAIN':
      return authenticator.checkPassword !== undefined;
    case 'OAUTHBEARER':
      return authenticator.checkToken !== undefined;
    default:
      return authenticator.verifiers !== undefined;
  }
}
