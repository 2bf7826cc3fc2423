/** A gateway's own login: one function. */
import { parseBareJid } from '@rollcall/xmpp';
import type { Credentials, Verdict } from '../sasl/sasl-step.ts';
import type { Authenticator } from './authenticator.ts';

/** The JID of whoever shows these credentials, or undefined. Rejecting means that it cannot be told now. */
export type Authenticate = (
  mechanism: 'PLAIN' | 'OAUTHBEARER',
  credentials: Credentials,
) => Promise<string | undefined>;

/** PLAIN and OAUTHBEARER by `authenticate`. Rejects as it does, and where what it gives is no JID. */
export function callbackAuthenticator(
  authenticate: Authenticate,
): Required<Pick<Authenticator, 'checkPassword' | 'checkToken'>> {
  return {
    checkPassword: async (user, password) =>
      verdictOn(await authenticate('PLAIN', { kind: 'password', user, password })),
    checkToken: async (token, hint) =>
      verdictOn(await authenticate('OAUTHBEARER', { ...hint, kind: 'token', token })),
  };
}

function verdictOn(text: string | undefined): Verdict {
  if (text === undefined) return { ok: false, condition: 'not-authorized' };
  const user = parseBareJid(text);
  if (!user.ok) throw new Error(`the callback gave '${text}', which is no JID: ${user.problem}`);
  return { ok: true, user: user.value };
}
