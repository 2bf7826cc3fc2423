/** PLAIN (RFC 4616). Whoever offers it sees to it that nobody can listen. */
import { authorizes, userOf } from './sasl-name.ts';
import { concludeWith, saslFailure, type SaslStep } from './sasl-step.ts';

/** `message` is `[authzid] NUL authcid NUL passwd`. */
export function startPlain(message: string, domain: string): SaslStep {
  const [authzid, name, password, ...more] = message.split('\0');
  if (authzid === undefined || !name || !password || more.length > 0) {
    return saslFailure('malformed-request', 'PLAIN is authzid NUL name NUL password');
  }
  const user = userOf(name, domain);
  if (user === undefined) return saslFailure('not-authorized');
  if (!authorizes(authzid, user)) return saslFailure('invalid-authzid');
  return {
    kind: 'verdictWanted',
    credentials: { kind: 'password', user, password },
    next: concludeWith,
  };
}
