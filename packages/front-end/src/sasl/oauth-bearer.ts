/** OAUTHBEARER (RFC 7628): a bearer token instead of a password. */
import { parseBareJid, type BareJid } from '@rollcall/xmpp';
import { userOf } from './sasl-name.ts';
import { saslFailure, type SaslStep } from './sasl-step.ts';

const kvsep = '\x01';
const header = /^[ny],(?:a=([^,]{1,3071}))?,$/;
const bearer = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

export function startOauthBearer(message: string, domain: string): SaslStep {
  const [gs2 = '', ...rest] = message.split(kvsep);
  const match = header.exec(gs2);
  const auth = rest.find((pair) => pair.startsWith('auth='))?.slice('auth='.length);
  const token = bearer.exec(auth ?? '')?.[1];
  if (!match || token === undefined) {
    return saslFailure('malformed-request', 'not an OAUTHBEARER client response');
  }
  const claimed = match[1] === undefined ? undefined : claimedUser(match[1], domain);
  if (claimed === 'nobody') return saslFailure('invalid-authzid');
  return {
    kind: 'verdictWanted',
    credentials: {
      kind: 'token',
      token,
      domain,
      ...(claimed === undefined ? {} : { user: claimed }),
    },
    next: (verdict) => {
      if (!verdict.ok) return refuse(verdict.condition);
      if (claimed !== undefined && claimed !== verdict.user) return saslFailure('invalid-authzid');
      return { kind: 'success', user: verdict.user };
    },
  };
}

/** Clients write the authzid as a JID or as the simple name. */
function claimedUser(authzid: string, domain: string): BareJid | 'nobody' {
  const text = authzid.replaceAll('=2C', ',').replaceAll('=3D', '=');
  if (!text.includes('@')) return userOf(text, domain) ?? 'nobody';
  const jid = parseBareJid(text);
  return jid.ok ? jid.value : 'nobody';
}

/** RFC 7628 §3.2.3: the reason goes in a challenge; the client answers with one kvsep, then the exchange fails. */
function refuse(condition: Parameters<typeof saslFailure>[0]): SaslStep {
  if (condition === 'temporary-auth-failure') return saslFailure(condition);
  return {
    kind: 'challenge',
    data: JSON.stringify({ status: 'invalid_token' }),
    next: () => saslFailure(condition),
  };
}
