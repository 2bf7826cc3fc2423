/**
 * JIDs (RFC 7622) as prepared text: two that name the same entity are the same string, so `===`
 * compares and a `Map` indexes.
 */
import { parsed, unparsable, type Parsed } from '../parsed.ts';
import { parseDomain } from './domain.ts';
import { prepareLocalpart } from './localpart.ts';
import { domainSource, localpartSource, resourceSource } from './prepared-ascii.ts';
import { prepareResource } from './resource.ts';

declare const bare: unique symbol;
declare const full: unique symbol;

/** `localpart@domain` or `domain`. */
export type BareJid = string & { readonly [bare]: true };
/** A bare JID with `/resource`. */
export type FullJid = string & { readonly [full]: true };
export type Jid = BareJid | FullJid;

/** A whole JID that is prepared already, and so short that no part can be too long. */
const preparedAscii = new RegExp(
  `^(?:${localpartSource}@)?${domainSource}(?:/${resourceSource})?$`,
);
const maxPreparedLength = 253;

/** Prepares and checks a JID of either kind. */
export function parseJid(text: string): Parsed<Jid> {
  const isPrepared = text.length <= maxPreparedLength && preparedAscii.test(text);
  return isPrepared ? parsed(text as Jid) : prepareParts(text);
}

function prepareParts(text: string): Parsed<Jid> {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const at = address.indexOf('@');
  const domain = parseDomain(address.slice(at + 1));
  if (!domain.ok) return domain;
  let jid = domain.value;
  if (at >= 0) {
    const local = prepareLocalpart(address.slice(0, at));
    if (!local.ok) return local;
    jid = `${local.value}@${jid}`;
  }
  if (slash < 0) return parsed(jid as BareJid);
  const resource = prepareResource(text.slice(slash + 1));
  if (!resource.ok) return resource;
  return parsed(`${jid}/${resource.value}` as FullJid);
}

/** As `parseJid`, refusing a resource. */
export function parseBareJid(text: string): Parsed<BareJid> {
  const jid = parseJid(text);
  if (!jid.ok || isBareJid(jid.value)) return jid as Parsed<BareJid>;
  return unparsable('a bare JID has no resource');
}

/** As `parseJid`, demanding a resource. */
export function parseFullJid(text: string): Parsed<FullJid> {
  const jid = parseJid(text);
  if (!jid.ok || isFullJid(jid.value)) return jid as Parsed<FullJid>;
  return unparsable('a full JID has a resource');
}

export function isFullJid(jid: Jid): jid is FullJid {
  return jid.includes('/');
}

export function isBareJid(jid: Jid): jid is BareJid {
  return !jid.includes('/');
}

/** The JID without its resource. */
export function bareOf(jid: Jid): BareJid {
  const slash = jid.indexOf('/');
  return (slash < 0 ? jid : jid.slice(0, slash)) as BareJid;
}

export function domainOf(jid: Jid): string {
  const bareJid = bareOf(jid);
  return bareJid.slice(bareJid.indexOf('@') + 1);
}

export function localOf(jid: Jid): string | undefined {
  const bareJid = bareOf(jid);
  const at = bareJid.indexOf('@');
  return at < 0 ? undefined : bareJid.slice(0, at);
}

export function resourceOf(jid: Jid): string | undefined {
  const slash = jid.indexOf('/');
  return slash < 0 ? undefined : jid.slice(slash + 1);
}

/** Joins a bare JID and a resource that is known to be good; anything else is a bug and throws. */
export function withResource(jid: BareJid, resource: string): FullJid {
  const prepared = prepareResource(resource);
  if (!prepared.ok) throw new Error(`not a resource: ${prepared.problem}`);
  return `${jid}/${prepared.value}` as FullJid;
}
