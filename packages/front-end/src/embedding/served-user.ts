import { domainOf, parseBareJid, type BareJid } from '@rollcall/xmpp';
import { FrontEndError } from '../front-end-error.ts';

/** The user that a gateway names. Throws `front_end_jid_malformed`, `front_end_domain_unknown`. */
export function servedUser(text: string, domains: readonly string[]): BareJid {
  const jid = parseBareJid(text);
  if (!jid.ok || !jid.value.includes('@')) {
    throw new FrontEndError(
      'front_end_jid_malformed',
      `'${text}' does not name a user, as name@domain does${jid.ok ? '' : `: ${jid.problem}`}.`,
    );
  }
  const domain = domainOf(jid.value);
  if (domains.includes(domain)) return jid.value;
  throw new FrontEndError(
    'front_end_domain_unknown',
    `${domain} is not served here; serve it, or vouch for users of served domains.`,
  );
}
