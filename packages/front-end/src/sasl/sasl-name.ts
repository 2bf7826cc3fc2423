/** The names that SASL messages carry, as addresses of the domain that the stream was opened to. */
import { parseBareJid, prepareLocalpart, type BareJid } from '@rollcall/xmpp';

/** The user of a simple user name (RFC 6120 §6.3.8), or undefined where no such user can exist. */
export function userOf(name: string, domain: string): BareJid | undefined {
  const local = prepareLocalpart(name);
  return local.ok ? (`${local.value}@${domain}` as BareJid) : undefined;
}

/** Whether an authorization identity names that user; nobody may act for another (RFC 6120 §6.3.8). */
export function authorizes(authzid: string, user: BareJid): boolean {
  if (authzid === '') return true;
  const jid = parseBareJid(authzid);
  return jid.ok && jid.value === user;
}
